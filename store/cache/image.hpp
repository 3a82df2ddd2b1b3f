// SPDX-License-Identifier: MIT
// A private copy of everything that is in a cache at one moment.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "dummycache/entry.hpp"
#include "ipc/os/anonymous_memory.hpp"
#include "store/index/entry_walk.hpp"
#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Whether a page holds something of a shard's: not free, and not staged by a process.
[[nodiscard]] bool is_used(const layout::PageInfo& info) noexcept;

/// Has the system give the copy memory for those of the first `pages` pages that are used now, so that
/// they can be copied without a wait. One write a page of the system's is enough; pages claimed from now
/// on are touched by the copying.
void touch_used_pages(const Memory& live, const Memory& copy, std::uint32_t pages) noexcept;

/// The used memory of a segment, copied while nobody writes; what becomes of it later changes
/// nothing in the cache. Takes as much memory as the used part of the cache.
class Image {
public:
    /// Copies. The memory for the copy is touched before the locks are taken, so that writers wait
    /// for the copying alone: about 5 ms for 64 MiB.
    Image(Attachment& attachment, const char* what);
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;

    /// Copies without taking a lock: what is written meanwhile is copied half-way.
    explicit Image(const Attachment& attachment);

    /// Goes back to a checkpoint of the copy; the cache's own stays as it is.
    void roll_back(Attachment& attachment, std::size_t index);

    [[nodiscard]] const Memory& memory() const noexcept { return memory_; }
    /// The cache's time when it was taken.
    [[nodiscard]] std::uint64_t now_us() const noexcept { return now_us_; }

    /// Calls `visitor` for each visible entry until it returns false. Entries that do not make
    /// sense are passed over.
    void visit(const std::function<bool(const EntryView&)>& visitor) const;

private:
    void copy(const Memory& live, std::uint64_t control_bytes);

    ipc::AnonymousMemory bytes_;
    Memory memory_;
    std::uint64_t now_us_ = 0;
};

/// The walk itself, over any memory that nobody writes to. Reads nothing outside the committed pages,
/// whatever they hold.
void visit_entries(const Memory& memory, std::uint64_t now_us, Validation validation,
                   const std::function<bool(const EntryView&)>& visitor);

/// A copy of this moment or, with a name, of that of a checkpoint. Throws no_checkpoint, checkpoint_lost, busy, removed.
[[nodiscard]] std::unique_ptr<Image> take_image(Attachment& attachment, const char* what,
                                                std::string_view checkpoint = {});

/// Visits the entries of a copy of this moment until the visitor returns false.
void visit(Attachment& attachment, const std::function<bool(const EntryView&)>& visitor);

}  // namespace dummycache::store
