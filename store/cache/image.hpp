// SPDX-License-Identifier: MIT
// A private copy of all used memory of a cache at one moment.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "dummycache/entry.hpp"
#include "ipc/os/anonymous_memory.hpp"
#include "store/index/entry_walk.hpp"
#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Whether a page belongs to a shard: it is neither free nor staged by a process.
[[nodiscard]] bool is_used(const layout::PageInfo& info) noexcept;

/// Touches the copy's pages for those of the first `pages` pages that are used now, so that the system
/// gives them memory before the locks are taken. One store for each page of the system is enough. Pages
/// that are claimed after this get their memory during the copying.
void touch_used_pages(const Memory& live, const Memory& copy, std::uint32_t pages) noexcept;

/// The used memory of a segment, copied while no process writes. Later changes of the copy do not change
/// the cache. It takes as much memory as the used part of the cache.
class Image {
public:
    /// Makes the copy. Its memory is touched before the locks are taken, so writers wait only for the
    /// copying: about 5 ms for 64 MiB. Takes all locks.
    Image(Attachment& attachment, const char* what);
    Image(const Image&) = delete;
    Image& operator=(const Image&) = delete;

    /// Makes the copy without a lock. Entries that are being written may be copied in part.
    explicit Image(const Attachment& attachment);

    /// Takes the copy back to a checkpoint. The cache itself does not change.
    void roll_back(Attachment& attachment, std::size_t index);

    [[nodiscard]] const Memory& memory() const noexcept { return memory_; }
    /// The cache's time when it was taken.
    [[nodiscard]] std::uint64_t now_us() const noexcept { return now_us_; }

    /// Calls `visitor` for each visible entry until it returns false. Skips entries that are not sound.
    void visit(const std::function<bool(const EntryView&)>& visitor) const;

private:
    void copy(const Memory& live, std::uint64_t control_bytes);

    ipc::AnonymousMemory bytes_;
    Memory memory_;
    std::uint64_t now_us_ = 0;
};

/// The same walk over any memory that no process writes to. Reads nothing outside the committed pages,
/// whatever bytes they hold.
void visit_entries(const Memory& memory, std::uint64_t now_us, Validation validation,
                   const std::function<bool(const EntryView&)>& visitor);

/// A copy of the cache as it is now or, with the name of a checkpoint, as it was then. Throws
/// no_checkpoint, checkpoint_lost, busy, removed.
[[nodiscard]] std::unique_ptr<Image> take_image(Attachment& attachment, const char* what,
                                                std::string_view checkpoint = {});

/// Copies the cache and visits the entries of the copy, until the visitor returns false.
void visit(Attachment& attachment, const std::function<bool(const EntryView&)>& visitor);

}  // namespace dummycache::store
