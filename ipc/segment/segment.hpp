// SPDX-License-Identifier: MIT
// A segment: created, attached, removed; the memory that processes share.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
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

class Backing;
struct Mapping;

/// The word `journal` of a cache whose events are noted whether somebody watches or not.
inline constexpr std::uint64_t kJournalOn = ~std::uint64_t{0};

/// A mapped segment. The destructor unmaps it. Any thread may call anything here; nothing waits for longer than it
/// says. Offsets and sizes come from this process's own copy of the identity, never from shared memory.
class Segment {
public:
    /// Makes a segment under a temporary name and renames it when it is whole. Null if the name is taken. Waits for
    /// the creation lock for up to `lock_timeout_ms`, then throws Fault::busy. Throws Fault::no_space, no_permission,
    /// not_found, system, and what plan.fill throws. Killed inside: a temporary object, which the next creator
    /// removes, or a whole segment.
    static std::unique_ptr<Segment> create(const SegmentName& name, const SegmentPlan& plan,
                                           std::uint64_t lock_timeout_ms);

    /// Maps a segment that exists, after checking owner, mode, size, version and hashes. Waits only while another
    /// process gives memory back (attach_alone), for a second at most, then throws Fault::busy. Throws
    /// Fault::not_found, no_permission, not_a_segment, incompatible, no_space. Killed inside: nothing is left.
    static std::unique_ptr<Segment> attach(const SegmentName& name, std::uint64_t layout_hash);

    /// Maps a segment that no process maps; null if one does. While it is mapped so, attach waits. Throws as attach does.
    static std::unique_ptr<Segment> attach_alone(const SegmentName& name, std::uint64_t layout_hash);

    /// Makes a segment in memory of this process alone. Throws Fault::no_space, system, and what plan.fill throws.
    static std::unique_ptr<Segment> create_private(const SegmentPlan& plan);

    /// Marks the segment as removed and unlinks its name. False if there was none. Waits like create. A file that is
    /// no segment stays (Fault::not_a_segment), and so does another user's (Fault::no_permission). Killed inside:
    /// the segment is gone, or keeps its name and can be removed again.
    static bool remove(const SegmentName& name, std::uint64_t lock_timeout_ms);

    /// What remove_unused found.
    enum class Removal : std::uint8_t { removed, absent, in_use };
    /// As remove, but leaves a segment alone to which a process is attached. A process that attaches meanwhile finds
    /// the segment as it was, or as one that was removed.
    static Removal remove_unused(const SegmentName& name, std::uint64_t lock_timeout_ms);

    /// Names of this user's segments in shared memory, sorted.
    static std::vector<std::string> list();
    /// Segments of other users in shared memory that let this user in by their permissions. Each is opened and closed
    /// again; none is mapped. To attach to one, ask for UID:NAME.
    static std::vector<OthersName> list_of_others();
    /// Whether a process is attached, or owns something in it; also works for a damaged segment. True if the name leads
    /// to something that is no regular file. Throws Fault::not_found.
    static bool in_use(const SegmentName& name);
    /// Names in shared memory whose creation by this user was begun and is not finished; its creator lives or not.
    static std::vector<SegmentName> list_unfinished();
    /// Removes the temporary object of such a name; with `dry_run` removes nothing. False if a live process holds the
    /// creation lock.
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
    [[nodiscard]] std::span<layout::ClientRecord> clients() const noexcept {
        return {clients_, layout::clients_for(identity_.process_slots)};
    }
    [[nodiscard]] layout::PageInfo& page_info(std::uint32_t page) const noexcept { return page_table_[page]; }
    [[nodiscard]] std::byte* page(std::uint32_t page) const noexcept {
        return arena_ + std::size_t{page} * layout::kPageBytes;
    }
    /// Address of the object that stands at `index` in the plan.
    template <class T>
    [[nodiscard]] T* object(std::size_t index) const noexcept {
        return reinterpret_cast<T*>(base_ + identity_.store[kStoreObjects + index]);
    }
    /// Bytes before the free map: identity and control area.
    [[nodiscard]] std::uint64_t control_bytes() const noexcept { return identity_.free_map_offset; }
    /// How many pages, from page 0 on, have memory and are safe to touch.
    [[nodiscard]] std::uint64_t committed() const noexcept {
        return std::min(superblock_->committed.load(std::memory_order_acquire), identity_.pages);
    }
    /// Bytes of those pages and their entries in the page table, and of everything before the free map.
    [[nodiscard]] std::uint64_t committed_bytes() const noexcept {
        return control_bytes() + committed() * (layout::kPageBytes + sizeof(layout::PageInfo));
    }

    /// Whether it was made since the machine was started. If not, it is a file whose pages the system wrote to disk in
    /// any order, so its bytes may not fit together.
    [[nodiscard]] bool is_from_this_boot() const;

    /// Notes that the segment is in use now: the time of its object. In shared memory only. About 1 us. A process that is
    /// killed leaves the time of its last call.
    void note_use() const noexcept;
    /// note_use, if this process has not called it in the last seconds. About 10 ns.
    void note_use_sometimes() const noexcept;
    /// When a process last noted a use: by attaching, by leaving, or by taking a page. On the system's clock.
    static std::chrono::system_clock::time_point last_use(const SegmentName& name);

    /// True if the segment is marked as removed, or its name leads elsewhere by now. One system call.
    [[nodiscard]] bool stale() const;

    /// Reserves memory for the first `pages` pages, then raises `committed`. False if the system has no memory (a
    /// full /dev/shm). About 20 us; with a huge page 0.1 ms. Killed inside: the next caller does it again.
    bool commit_up_to(std::uint64_t pages);

    /// Lowers `committed` and gives the memory of all pages from `pages` on back to the system. All of them are free.
    /// Only for a segment of attach_alone. Killed inside: memory that is reserved and not counted.
    void shrink_to(std::uint64_t pages);

    /// The region of the journal, all zeros until somebody has written there. Not safe to touch before has_journal.
    [[nodiscard]] std::span<std::byte> journal() const noexcept {
        return {base_ + arena_end(), identity_.segment_bytes - arena_end()};
    }
    /// Whether the journal's region has memory; takes it from the system. False if there is none (a full /dev/shm); then it
    /// asks again a second later. One load, the first call 1 ms. Killed inside: memory that is reserved and not used.
    [[nodiscard]] bool has_journal() noexcept { return took_journal() || reserve_journal(); }
    /// Whether this process has found or taken that memory.
    [[nodiscard]] bool took_journal() const noexcept {
        return journal_state_.load(std::memory_order_relaxed) == kHasJournal;
    }
    /// Whether the journal was ever written to since its memory was taken. Takes no memory; one system call.
    [[nodiscard]] bool journal_is_used() const noexcept;
    /// Gives that memory back to the system, unless events are noted for ever. Only for a segment of attach_alone.
    void give_back_journal();

    /// Opens the object a second time, for liveness locks; the caller closes the descriptor and never maps it. -1 in
    /// private memory, or if it fails.
    [[nodiscard]] int open_again() const;

    /// The mapped descriptor. For questions about locks only: a lock taken on it would last as long as the mapping.
    /// -1 in private memory. Also -1 if the host program closed it, for its number may lead to another file.
    [[nodiscard]] int descriptor() const noexcept;
    /// Calls `use` with that descriptor. If the host program closed it, opens the object for the time of the call. -1
    /// if there is no object.
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
    static std::unique_ptr<Segment> map_checked(const SegmentName& name, std::uint64_t layout_hash,
                                                Backing backing);
    [[nodiscard]] std::uint64_t arena_end() const noexcept {
        return identity_.arena_offset + identity_.pages * layout::kPageBytes;
    }
    bool reserve_journal() noexcept;
    [[nodiscard]] bool journal_is_whole() const noexcept;
    bool reserve_journal_alone();
    [[nodiscard]] layout::JournalHead& journal_head() const noexcept {
        return *reinterpret_cast<layout::JournalHead*>(base_ + arena_end());
    }
    [[nodiscard]] Reserved reserve_pages(std::uint64_t from, std::uint64_t to) const;
    bool commit_by_writing(std::uint64_t pages);

    SegmentName name_;
    layout::Identity identity_{};
    std::byte* base_ = nullptr;
    layout::Superblock* superblock_ = nullptr;
    layout::ProcessSlot* processes_ = nullptr;
    layout::ClientRecord* clients_ = nullptr;
    layout::PageInfo* page_table_ = nullptr;
    std::byte* arena_ = nullptr;
    int descriptor_ = -1;                            ///< kept for fallocate; closed on exec
    FileIdentity file_;                              ///< of the mapped object
    mutable std::atomic<std::int64_t> noted_ms_{0};  ///< coarse_ms() of the last note_use
    static constexpr std::int64_t kHasJournal = -1;
    std::atomic<std::int64_t> journal_state_{0};  ///< or until when not to ask again, by coarse_ms()
    HugePages huge_pages_;
    std::unique_ptr<Mapping> mapping_;
};

}  // namespace dummycache::ipc
