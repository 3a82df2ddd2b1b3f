// SPDX-License-Identifier: MIT
#include "store/reclaim/compact.hpp"

#include <algorithm>

#include "store/index/page_walk.hpp"
#include "store/layout/checkpoint_record.hpp"
#include "store/log/age_list.hpp"
#include "store/log/log.hpp"
#include "store/reclaim/compaction_choice.hpp"
#include "store/reclaim/free_page.hpp"
#include "store/reclaim/survivors.hpp"

namespace dummycache::store {

namespace {

constexpr std::uint64_t kDeadPercent = 23;    // compact if a greater part of the full pages is dead
constexpr std::uint32_t kFullDeadShare = 14;  // a full cache compacts first if 1/14 is dead
constexpr std::uint32_t kFewPages = 4;        // with fewer full pages, only empty ones are freed
constexpr unsigned kStepsPerPage = 3;         // compactions that one new page pays for
constexpr unsigned kCandidates = 32;          // pages looked at to choose one
constexpr unsigned kFullCandidates = 128;     // the same, when the cache is full
constexpr unsigned kLooks = 2;                // how many of these have their entries read
constexpr unsigned kFullLooks = 4;            // the same, when the cache is full

/// Compacts one page of the age list. False if there was no room for a live entry; the page then stays.
bool compact(const LockedShard& shard, std::uint32_t page, std::uint64_t now_us) {
    if (!ensure_reserve_locked(shard) && shard.memory.info(page).live.load(kRelaxed) != 0) return false;
    const std::uint64_t clear_era = shard.clear_era();
    const RemovalMoment moment = removal_moment(shard);
    bool kept = true;
    walk_page_locked(shard, page, [&](const EntryRef& entry, const SlotRef& slot, std::uint64_t key_hash) {
        if (is_visible(entry, clear_era, now_us) || is_needed(shard.memory, entry.era()))
            return kept = keep_locked(shard, entry, slot);
        drop_locked(shard, moment, entry, slot, key_hash, shard.shard.expired);
        return true;
    });
    if (!kept) return false;
    unlist_page_locked(shard, page);
    retire_page_locked(shard, page);
    return true;
}

std::uint64_t dead_bytes(const LockedShard& shard) noexcept {
    const layout::Shard& s = shard.shard;
    std::uint64_t live = s.live_bytes.load(kRelaxed) + s.pinned_bytes.load(kRelaxed);
    for (const auto& open : s.open) {
        const std::uint32_t page = shard.checked_link(open.load(kRelaxed));
        if (page != 0) live -= std::min<std::uint64_t>(live, shard.memory.info(page - 1).live.load(kRelaxed));
    }
    const std::uint64_t listed = s.listed_bytes.load(kRelaxed);
    return listed > live ? listed - live : 0;
}

bool compact_best_of_full(const LockedShard& shard, std::uint64_t now_us) {
    const bool evicts = shard.memory.evicts;
    const Choice best = evicts ? best_to_compact(shard, kFullCandidates, kFullLooks, now_us)
                               : best_to_compact(shard, UINT32_MAX, UINT32_MAX, now_us);
    if (best.page == 0) return false;
    const std::uint64_t listed = shard.shard.listed_bytes.load(kRelaxed);
    const std::uint64_t enough = evicts ? listed / kFullDeadShare : layout::kPageBytes - 1;
    const bool empty = shard.memory.info(best.page - 1).live.load(kRelaxed) == 0;
    const bool expired = best.expired >= worth_bytes(shard);
    return (empty || expired || dead_bytes(shard) > enough) && compact(shard, best.page - 1, now_us);
}

/// Closes an open page that may have expired entries, so that it can be compacted. False if there is none.
bool close_expired_page(const LockedShard& shard, std::uint64_t now_us) {
    for (const auto which : {layout::kNursery, layout::kSurvivor}) {
        const std::uint32_t page = shard.checked_link(shard.shard.open[which].load(kRelaxed));
        if (page == 0 || !may_have_expired(shard.memory.info(page - 1), now_us)) continue;
        close_page_locked(shard, which);
        return true;
    }
    return false;
}

}  // namespace

void tidy_locked(const LockedShard& shard, std::uint64_t now_us) {
    for (unsigned step = 0; step < kStepsPerPage; ++step) {
        const std::uint32_t listed = shard.shard.listed.load(kRelaxed);
        const Choice best = best_to_compact(shard, kCandidates, kLooks, now_us);
        if (best.page == 0) return;
        const bool empty = shard.memory.info(best.page - 1).live.load(kRelaxed) == 0;
        if (listed < kFewPages && !empty) return;
        const std::uint64_t full = shard.shard.listed_bytes.load(kRelaxed);
        const bool much_dead = dead_bytes(shard) * 100 > full * kDeadPercent;
        const bool worth = empty || much_dead || best.expired >= kWorthBytes;
        if (!worth || !compact(shard, best.page - 1, now_us)) return;
    }
}

bool squeeze_locked(const LockedShard& shard, std::uint64_t now_us) {
    return compact_best_of_full(shard, now_us) || close_expired_page(shard, now_us);
}

}  // namespace dummycache::store
