// SPDX-License-Identifier: MIT
// Claims and frees pages.
//
// A page is free if its owner word is 0 (FREE) and it lies below `committed`. The free map has a bit for each page
// that is worth a try. A process that clears a bit then tries the page's owner word by CAS. A bit too many costs one
// failed CAS. A bit too few hides a page until rebuild_free_map.
//
// A death can only leave a bit too few, in three places: between clearing a bit and the CAS, between storing FREE and
// setting the bit, and between raising `committed` and setting the bits of the new pages.
//
// Sync point "page": give_back's FREE (release) pairs with claim's CAS (acquire), so the next owner
// of a page sees every bump of a bucket that led into it.
#include "ipc/segment/page_arena.hpp"

#include <algorithm>
#include <bit>

#include "ipc/kill_point.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::uint64_t kBits = 64;
// A writer that needs a page waits for fallocate, so a step is small.
constexpr std::uint64_t kGrowPages = 2;
constexpr std::uint64_t kFewPages = 64;  // up to here, all pages of one request are committed at once

constexpr std::uint64_t words_of(std::uint64_t pages) { return (pages + kBits - 1) / kBits; }

}  // namespace

std::atomic<std::uint64_t>* PageArena::free_map() const noexcept {
    return reinterpret_cast<std::atomic<std::uint64_t>*>(segment_.base() +
                                                         segment_.identity().free_map_offset);
}

void PageArena::mark_free(std::uint64_t page) noexcept {
    free_map()[page / kBits].fetch_or(std::uint64_t{1} << page % kBits, std::memory_order_release);
}

std::optional<std::uint32_t> PageArena::claim_marked(std::uint64_t owner) {
    layout::Superblock& superblock = segment_.superblock();
    const std::uint64_t words = words_of(committed());
    const std::uint64_t hint = superblock.free_hint.load(std::memory_order_relaxed);
    for (std::uint64_t i = 0; i < words; ++i) {
        const std::uint64_t index = (hint % words + i) % words;
        std::atomic<std::uint64_t>& word = free_map()[index];
        for (std::uint64_t bits = word.load(std::memory_order_acquire); bits != 0;) {
            const std::uint64_t bit = bits & (~bits + 1);
            const std::uint64_t page = index * kBits + static_cast<std::uint64_t>(std::countr_zero(bits));
            // `committed` is loaded again, before the bit is cleared. The bit may belong to a page that
            // another process committed just now; cleared here, it would not be set again.
            if (page >= committed()) break;
            const std::uint64_t before = word.fetch_and(~bit, std::memory_order_acq_rel);
            bits = before & ~bit;
            if ((before & bit) == 0) continue;
            DUMMYCACHE_KILL_POINT("claim.unmarked");
            std::uint64_t free = 0;
            auto& truth = segment_.page_info(static_cast<std::uint32_t>(page)).owner;
            if (!truth.compare_exchange_strong(free, owner, std::memory_order_acq_rel)) continue;
            DUMMYCACHE_KILL_POINT("claim.owned");
            if (index != hint) superblock.free_hint.store(index, std::memory_order_relaxed);
            return static_cast<std::uint32_t>(page);
        }
    }
    return std::nullopt;
}

std::optional<std::uint32_t> PageArena::claim(std::uint64_t owner) {
    segment_.note_use_sometimes();
    for (;;) {
        const std::uint64_t seen = committed();
        if (const auto page = claim_marked(owner)) return page;
        if (!grow(seen, seen + kGrowPages)) return std::nullopt;
    }
}

bool PageArena::commit(std::uint64_t pages) {
    for (std::uint64_t seen = committed(); seen < pages; seen = committed()) {
        if (!grow(seen, std::max(seen + kGrowPages, std::min(pages, kFewPages)))) return false;
    }
    return true;
}

bool PageArena::grow(std::uint64_t seen, std::uint64_t target) {
    const std::uint64_t pages = segment_.identity().pages;
    if (seen >= pages) return false;
    target = std::min(target, pages);
    const bool grown = segment_.commit_up_to(target);
    if (system_is_full_.load(std::memory_order_relaxed) == grown) {
        system_is_full_.store(!grown, std::memory_order_relaxed);
    }
    if (!grown) return false;
    DUMMYCACHE_KILL_POINT("grow.committed");
    // Another process may have committed these pages and not have set their bits yet, or have claimed
    // them already. A bit too many is harmless.
    for (std::uint64_t page = seen; page < target; ++page) mark_free(page);
    segment_.superblock().free_hint.store(seen / kBits, std::memory_order_relaxed);
    return true;
}

void PageArena::give_back(std::uint32_t page) {
    segment_.page_info(page).owner.store(0, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("give_back.free");
    mark_free(page);
    segment_.superblock().free_hint.store(page / kBits, std::memory_order_relaxed);
}

std::uint32_t PageArena::free_staged(std::uint32_t slot, std::uint32_t generation) {
    const std::uint64_t staged = layout::owner_word(layout::PageKind::staged, slot, generation);
    const std::uint64_t pages = committed();
    std::uint32_t freed = 0;
    for (std::uint32_t page = 0; page < pages; ++page) {
        std::uint64_t owner = segment_.page_info(page).owner.load(std::memory_order_relaxed);
        if (owner != staged) continue;
        if (!segment_.page_info(page).owner.compare_exchange_strong(owner, 0, std::memory_order_acq_rel))
            continue;
        DUMMYCACHE_KILL_POINT("free_staged.free");
        mark_free(page);
        ++freed;
    }
    return freed;
}

void PageArena::rebuild_free_map() {
    const std::uint64_t pages = committed();
    for (std::uint32_t page = 0; page < pages; ++page) {
        if (segment_.page_info(page).owner.load(std::memory_order_relaxed) == 0) mark_free(page);
    }
}

bool PageArena::looks_full() const {
    const std::uint64_t pages = committed();
    if (pages < segment_.identity().pages && !system_is_full_.load(std::memory_order_relaxed)) return false;
    const std::atomic<std::uint64_t>* const map = free_map();
    return std::all_of(map, map + words_of(pages),
                       [](const auto& word) { return word.load(std::memory_order_relaxed) == 0; });
}

}  // namespace dummycache::ipc
