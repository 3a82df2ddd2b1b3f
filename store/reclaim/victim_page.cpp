// SPDX-License-Identifier: MIT
#include "store/reclaim/victim_page.hpp"

#include <algorithm>

#include "store/checkpoint/undo.hpp"
#include "store/index/index.hpp"
#include "store/index/page_walk.hpp"
#include "store/layout/entry_ref.hpp"
#include "store/log/age_list.hpp"
#include "store/log/log.hpp"

namespace dummycache::store {

namespace {

/// Whether an entry can move to the survivor page.
bool can_move(const LockedShard& shard, const EntryRef& entry) noexcept {
    return shard.shard.reserve.load(kRelaxed) != 0 ||
           has_room_locked(shard, layout::kSurvivor, entry.bytes());
}

/// Whether eviction of a page can take something from it. It cannot if the page has pinned entries, or if
/// checkpoints need all of its entries, or if it has only headers of large entries. Nor can it if the page
/// has only the exempt entry, which cannot move, and dead ones.
bool is_evictable(const LockedShard& shard, std::uint32_t page, std::uint64_t exempt) noexcept {
    if (shard.memory.info(page).pins.load(kRelaxed) != 0) return false;
    const bool is_left = exempt != 0 && exempt / layout::kPageBytes == page &&
                         !can_move(shard, EntryRef(shard.memory, exempt));
    bool evictable = false;
    walk_headers_locked(shard, page, [&](const EntryRef& entry) {
        const bool gives = !is_left || (entry.deadline_word() & layout::kDead) == 0;
        const bool is_in_list = entry.is_large() && entry.era() >= shard.clear_era();
        evictable = gives && !is_in_list && !is_needed(shard.memory, entry.era()) && entry.offset() != exempt;
        return !evictable;
    });
    return evictable;
}

/// The oldest listed page that has something to give; page + 1, or 0. Each page that is passed over becomes
/// the newest, so that it is not looked at again soon.
std::uint32_t listed_page_to_evict(const LockedShard& shard, std::uint64_t exempt) noexcept {
    layout::Shard& s = shard.shard;
    if (noting_era(shard.memory) == 0 && exempt == 0 && s.overflow_pages.load(kRelaxed) == 0)
        return shard.checked_link(s.oldest.load(kRelaxed));
    for (std::uint32_t left = std::min(s.listed.load(kRelaxed), shard.memory.committed()); left != 0;
         --left) {
        const std::uint32_t oldest = shard.checked_link(s.oldest.load(kRelaxed));
        if (oldest == 0 || is_evictable(shard, oldest - 1, exempt)) return oldest;
        unlist_page_locked(shard, oldest - 1);
        list_page_locked(shard, oldest - 1);
    }
    return 0;
}

}  // namespace

std::uint64_t exempt_offset_locked(const LockedShard& shard) noexcept {
    if (shard.exempt == nullptr || shard.exempt->hash.shard != shard.number) return 0;
    const auto slot = find_locked(shard, shard.exempt->hash, shard.exempt->key);
    return slot ? EntryRef::of_slot(shard.memory, slot->word()).offset() : 0;
}

std::uint32_t page_to_evict_locked(const LockedShard& shard, std::uint64_t exempt, Open open) noexcept {
    if (const std::uint32_t page = listed_page_to_evict(shard, exempt)) return page;
    if (open == Open::stays) return 0;
    for (const auto which : {layout::kNursery, layout::kSurvivor}) {
        close_page_locked(shard, which);
        if (const std::uint32_t page = listed_page_to_evict(shard, exempt)) return page;
    }
    return 0;
}

}  // namespace dummycache::store
