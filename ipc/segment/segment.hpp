// SPDX-License-Identifier: MIT
// A segment: create, attach, remove; the memory that processes share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ipc/os/file_descriptor.hpp"
#include "ipc/os/fork_registry.hpp"
#include "ipc/os/huge_pages.hpp"
#include "ipc/os/reserve.hpp"
#include "ipc/segment/segment_name.hpp"
#include "ipc/segment/segment_plan.hpp"
#include "ipc/segment/superblock.hpp"

namespace dummycache::ipc {

struct Mapping;

/// A mapped segment. Not copyable; destroying it unmaps. Everything here may be called by any
/// thread; nothing blocks for longer than it says.
class Segment {
public:
    /// Makes a segment under a temporary name and gives it its own name when it is whole. Empty if
    /// there is one of that name already. Holds the creation lock (up to `lock_timeout_ms`, then
    /// Fault::busy). Killed inside: a temporary file that the next creator removes.
    static std::unique_ptr<Segment> create(const SegmentName& name, const SegmentPlan& plan,
                                           std::uint64_t lock_timeout_ms);

    /// Maps a segment that exists, after checking owner, mode, size, magic, version and hashes.
    /// Throws Fault::not_found, no_permission, not_a_segment, incompatible. Never waits.
    static std::unique_ptr<Segment> attach(const SegmentName& name, std::uint64_t layout_hash);

    /// Memory of this process alone.
    static std::unique_ptr<Segment> create_private(const SegmentPlan& plan);

    /// Marks the segment removed and unlinks it. False if there was none. A file that is not a
    /// segment is left alone (Fault::not_a_segment); so is another user's.
    static bool remove(const SegmentName& name, std::uint64_t lock_timeout_ms);

    /// Names of this user's segments in shared memory, sorted.
    static std::vector<std::string> list();
    /// Whether any process is attached, also to a damaged one, or the name leads to no file at all.
    /// Throws Fault::not_found.
    static bool in_use(const SegmentName& name);
    /// Names under which a creator of this user began a segment in shared memory and did not finish.
    static std::vector<SegmentName> list_unfinished();
    /// Removes what it left; with `dry_run` only looks. False if somebody is creating just now.
    static bool remove_unfinished(const SegmentName& name, bool dry_run);

    ~Segment();
    Segment(const Segment&) = delete;
    Segment& operator=(const Segment&) = delete;

    [[nodiscard]] const SegmentName& name() const noexcept { return name_; }
    [[nodiscard]] const layout::Identity& identity() const noexcept { return identity_; }
    [[nodiscard]] std::byte* base() const noexcept { return base_; }
    [[nodiscard]] layout::Superblock& superblock() const noexcept { return *superblock_; }
    [[nodiscard]] std::span<layout::ProcessSlot> process_slots() const noexcept {
        return {processes_, identity_.process_slots};
    }
    [[nodiscard]] layout::PageInfo& page_info(std::uint32_t page) const noexcept { return page_table_[page]; }
    [[nodiscard]] std::byte* page(std::uint32_t page) const noexcept {
        return arena_ + std::size_t{page} * layout::kPageBytes;
    }
    /// Address of the i-th object of the plan.
    template <class T>
    [[nodiscard]] T* object(std::size_t index) const noexcept {
        return reinterpret_cast<T*>(base_ + identity_.store[kStoreObjects + index]);
    }
    [[nodiscard]] std::uint64_t control_bytes() const noexcept { return identity_.free_map_offset; }
    /// Pages whose memory the system has given.
    [[nodiscard]] std::uint64_t committed() const noexcept {
        return std::min(superblock_->committed.load(std::memory_order_acquire), identity_.pages);
    }
    /// The same in bytes, with the control area and the pages' table.
    [[nodiscard]] std::uint64_t committed_bytes() const noexcept {
        return control_bytes() + committed() * (layout::kPageBytes + sizeof(layout::PageInfo));
    }

    /// Whether it was made since the machine was started. Pages of a file that outlived a boot were
    /// written back in any order, so such a file is only to be read with care.
    [[nodiscard]] bool is_from_this_boot() const;

    /// True if the name leads to this very segment no more, or it is marked removed. A system call.
    [[nodiscard]] bool stale() const;

    /// Reserves memory for the pages up to `pages` from the system, then publishes `committed`.
    /// False if the system has none (a full /dev/shm). Killed inside: the next caller does it again.
    bool commit_up_to(std::uint64_t pages);

    /// A second descriptor of the same object, never mapped; for liveness locks. -1 in memory.
    [[nodiscard]] int open_again() const;

    /// The mapped descriptor, for questions about locks: a lock taken on it would live as long as
    /// the mapping. -1 in memory, and if the host program closed it: its number may be another file's.
    [[nodiscard]] int descriptor() const noexcept;
    /// Calls `use` with that descriptor or, if the host closed it, with one that is opened for the call;
    /// with -1 if there is none.
    template <class Use>
    auto with_descriptor(Use use) const {
        if (const int mapped = descriptor(); mapped >= 0) return use(mapped);
        const PrivateDescriptor again([this] { return open_again(); });
        return use(again.get());
    }

private:
    Segment() = default;
    /// Takes the addresses from the identity, which must have been checked, or planned, before.
    static std::unique_ptr<Segment> assemble(SegmentName name, const layout::Identity& identity,
                                             Mapping mapping);
    [[nodiscard]] Reserved reserve_pages(std::uint64_t from, std::uint64_t to) const;
    bool commit_by_writing(std::uint64_t pages);

    SegmentName name_;
    layout::Identity identity_{};
    std::byte* base_ = nullptr;
    layout::Superblock* superblock_ = nullptr;
    layout::ProcessSlot* processes_ = nullptr;
    layout::PageInfo* page_table_ = nullptr;
    std::byte* arena_ = nullptr;
    int descriptor_ = -1;  ///< kept for fallocate; closed on exec
    FileIdentity file_;    ///< of the mapped object
    HugePages huge_pages_;
    std::unique_ptr<Mapping> mapping_;
};

}  // namespace dummycache::ipc
