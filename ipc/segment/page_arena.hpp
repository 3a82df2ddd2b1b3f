// SPDX-License-Identifier: MIT
// Gives and takes back pages. A page's owner word is the truth; the free map is a hint.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

/// Lock-free: any thread of any process may claim and give back pages. A process that dies after a
/// claim leaves a page that its shard's rebuild, or reap_staged, finds by its owner word.
class PageArena {
public:
    explicit PageArena(Segment& segment) : segment_(segment) {}

    /// A free page with `owner` as its owner word (never FREE), committed and therefore safe to
    /// touch; empty if every page up to capacity is taken or the system has no memory.
    /// The caller stores fence(release) before its first byte.
    [[nodiscard]] std::optional<std::uint32_t> claim(std::uint64_t owner);

    /// Gives a page back. Every bucket that led into it must have been bumped.
    void give_back(std::uint32_t page);

    /// Frees the pages that this slot staged in this generation, by CAS from exactly that word: right
    /// at any time for a process that writes no more. Returns how many.
    std::uint32_t free_staged(std::uint32_t slot, std::uint32_t generation);

    /// Puts every free page back on the free map; for the repair after a death.
    void rebuild_free_map();

    /// Has the system give memory for the first `pages` pages. False if it has none, or there are fewer.
    bool commit(std::uint64_t pages);

    /// True if no page is free and none can be committed. A hint.
    [[nodiscard]] bool looks_full() const;
    [[nodiscard]] std::uint64_t committed() const noexcept { return segment_.committed(); }

private:
    /// Commits pages from the `seen` ones to `target` and marks them, also if another process was faster.
    bool grow(std::uint64_t seen, std::uint64_t target);
    std::optional<std::uint32_t> claim_marked(std::uint64_t owner);
    [[nodiscard]] std::atomic<std::uint64_t>* free_map() const noexcept;
    void mark_free(std::uint64_t page) noexcept;

    Segment& segment_;
    std::atomic<bool> system_is_full_{false};  ///< the last attempt to commit memory failed
};

}  // namespace dummycache::ipc
