// SPDX-License-Identifier: MIT
// Claims pages and takes them back. A page's owner word is the truth; the free map is a hint.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

/// Any thread of any process may call anything here at the same time; there is no lock. Nothing here throws but for
/// a failed allocation. A process that dies after a claim leaves an owned page: the rebuild of the shard that owns
/// it, or reap_staged, finds the page by its owner word.
class PageArena {
public:
    explicit PageArena(Segment& segment) : segment_(segment) {}

    /// Claims a free page and stores `owner`, which is not 0, as its owner word. The page is committed, so it is safe
    /// to touch. Empty if every page is taken, or the system has no memory. Some 10 ns if the free map has a page;
    /// else one or two system calls. The caller executes a release fence before it stores the page's first byte.
    [[nodiscard]] std::optional<std::uint32_t> claim(std::uint64_t owner);

    /// Gives a page back. The caller has bumped the version of every bucket that led into it. Killed inside: the
    /// page is still owned, or free without its bit.
    void give_back(std::uint32_t page);

    /// Frees the pages that this slot staged in this generation; returns how many. Right at any time if that process
    /// writes no more, because each page is freed by CAS from exactly its owner word. Walks over the page table.
    std::uint32_t free_staged(std::uint32_t slot, std::uint32_t generation);

    /// Sets the bit of every free page; for the repair after a death. Walks over the page table.
    void rebuild_free_map();

    /// Commits the first `pages` pages. False if the system has no memory, or the segment has fewer pages.
    bool commit(std::uint64_t pages);

    /// True if no page is free and none can be committed. A hint. Reads the free map.
    [[nodiscard]] bool looks_full() const;
    /// How many pages, from page 0 on, are safe to touch.
    [[nodiscard]] std::uint64_t committed() const noexcept { return segment_.committed(); }

private:
    /// Commits pages [seen, target) and sets their bits, also if another process was faster.
    bool grow(std::uint64_t seen, std::uint64_t target);
    std::optional<std::uint32_t> claim_marked(std::uint64_t owner);
    [[nodiscard]] std::atomic<std::uint64_t>* free_map() const noexcept;
    void mark_free(std::uint64_t page) noexcept;

    Segment& segment_;
    std::atomic<bool> system_is_full_{false};  ///< the last attempt to commit memory failed
};

}  // namespace dummycache::ipc
