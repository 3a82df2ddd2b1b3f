// SPDX-License-Identifier: MIT
#include "store/reclaim/page_supply.hpp"

#include <algorithm>

#include "ipc/process/reap_staged.hpp"
#include "store/checkpoint/undo.hpp"
#include "store/index/split.hpp"
#include "store/layout/truth.hpp"
#include "store/log/log.hpp"
#include "store/reclaim/compact.hpp"
#include "store/reclaim/evict.hpp"
#include "store/reclaim/free_page.hpp"
#include "store/reclaim/survivors.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

namespace {

constexpr unsigned kPatience = 64;             // pages of marked entries that eviction passes over
constexpr std::uint32_t kMoreCompactions = 8;  // added to the limit below, for short lists

/// Compacts and evicts in this shard until a page can be claimed. Nothing if there is nothing left to
/// compact, and the cache may not evict or has nothing to evict.
std::optional<std::uint32_t> reclaim_page(const LockedShard& shard, std::uint64_t now_us) {
    unsigned passed_over = 0;
    // A compaction may free less than it seemed, if entries expire a little later than noted. So the number
    // of compactions is limited: about two for each listed page. After that only eviction goes on.
    const auto each_page = [&] {
        return 2 * std::min(shard.shard.listed.load(kRelaxed), shard.memory.committed()) + kMoreCompactions;
    };
    std::uint32_t squeezes = each_page();
    static_cast<void>(ensure_reserve_locked(shard));
    for (;;) {
        if (squeezes != 0 && squeeze_locked(shard, now_us)) {
            --squeezes;
        } else if (noting_era(shard.memory) != 0 && (pins_too_much(shard) || is_bulk_write(shard.memory))) {
            lose_checkpoints_locked(shard);
            squeezes = each_page();
        } else if (shard.memory.evicts && evict_locked(shard, passed_over < kPatience, now_us)) {
            ++passed_over;
        } else if (noting_era(shard.memory) != 0) {
            lose_checkpoints_locked(shard);
            squeezes = each_page();
        } else {
            return lend_reserve_locked(shard);
        }
        if (const auto page = claim_page_locked(shard)) return page;
    }
}

/// A page from the shard that owns the most pages, if that is another shard and its lock is free.
std::optional<std::uint32_t> take_from_richest(const LockedShard& shard, std::uint64_t now_us) {
    std::uint32_t richest = shard.number;
    for (std::uint32_t i = 0; i < shard.memory.shard_count; ++i) {
        if (pages_of(shard.memory.shards[i]) > pages_of(shard.memory.shards[richest])) richest = i;
    }
    if (richest == shard.number) return std::nullopt;
    // In a bulk write this process holds all locks already: while `rollback_target` is set, no other
    // process writes.
    const bool all_ours = shard.memory.superblock->rollback_target.load(kRelaxed) != 0;
    const LockedShard other = shard.neighbour(richest);
    const auto guard = all_ours ? std::nullopt : ShardGuard::try_lock(other);
    if (!all_ours && !guard) return std::nullopt;
    const auto page = reclaim_page(other, now_us);
    if (!page) return std::nullopt;
    decrease(other.shard.data_pages, 1);
    retype_page(shard.memory.info(*page), layout::owner_word(layout::PageKind::data, shard.number));
    increase(shard.shard.data_pages, 1);
    return page;
}

/// Index pages are never given back. The first shards could take all memory of the system for them, and
/// leave no page for the entries of other shards. So two pages for each shard are committed early, while
/// there is memory.
void commit_the_least(const LockedShard& shard) {
    const std::uint64_t least = std::min<std::uint64_t>(2 * shard.memory.shard_count, shard.memory.pages);
    if (shard.memory.committed() < least) static_cast<void>(shard.arena.commit(least));
}

}  // namespace

std::uint32_t pages_of(const layout::Shard& shard) noexcept {
    return shard.data_pages.load(kRelaxed) + shard.index_pages.load(kRelaxed) +
           shard.overflow_pages.load(kRelaxed) + shard.undo_pages.load(kRelaxed);
}

std::optional<std::uint32_t> obtain_page_locked(const LockedShard& shard) {
    const std::uint64_t now_us = shard.now_us();
    tidy_locked(shard, now_us);
    if (ensure_reserve_locked(shard)) {
        if (const auto page = claim_page_locked(shard)) return page;
    }
    if (ipc::reap_staged(shard.arena, shard.self) != 0) {
        if (const auto page = claim_page_locked(shard)) return page;
    }
    // A shard with less than half of its share takes a page from the richest shard before it evicts its own
    // entries.
    const std::uint64_t taken = shard.memory.committed();
    const bool poor = std::uint64_t{pages_of(shard.shard)} * shard.memory.shard_count * 2 < taken;
    if (poor) {
        if (const auto page = take_from_richest(shard, now_us)) return page;
    }
    if (const auto page = reclaim_page(shard, now_us)) return page;
    return poor ? std::nullopt : take_from_richest(shard, now_us);
}

std::optional<std::uint32_t> stage_page_locked(const LockedShard& shard, std::uint64_t owner) {
    const auto page = obtain_page_locked(shard);
    if (!page) return std::nullopt;
    decrease(shard.shard.data_pages, 1);
    retype_page(shard.memory.info(*page), owner);
    return page;
}

bool make_room_locked(const LockedShard& shard, std::uint64_t bytes) {
    while (!has_room_locked(shard, layout::kNursery, bytes)) {
        const auto page = obtain_page_locked(shard);
        if (!page) return false;
        close_page_locked(shard, layout::kNursery);
        open_page_locked(shard, layout::kNursery, *page);
    }
    return true;
}

bool make_index_room_locked(const LockedShard& shard, const KeyHash& hash) {
    commit_the_least(shard);
    const auto page = obtain_page_locked(shard);
    if (!page) return false;
    if (split_locked(shard, hash, *page)) {
        decrease(shard.shard.data_pages, 1);
        return true;
    }
    retire_page_locked(shard, *page);
    if (free_slot_locked(shard, hash)) return true;
    if (!shard.memory.evicts) return false;
    if (noting_era(shard.memory) != 0) lose_checkpoints_locked(shard);  // a checkpoint may need this entry
    const layout::IndexPage& index = *index_page_of(shard, hash);
    const layout::Bucket& bucket = index.buckets[hash.first];
    const auto* least = std::min_element(
        std::begin(index.marks[hash.first]), std::begin(index.marks[hash.first]) + layout::kSlots,
        [](const auto& a, const auto& b) { return a.load(kRelaxed) < b.load(kRelaxed); });
    const auto slot = static_cast<unsigned>(least - std::begin(index.marks[hash.first]));
    const EntryRef victim = EntryRef::of_slot(shard.memory, bucket.slots[slot].load(kRelaxed));
    drop_locked(shard, victim, {index_page_of(shard, hash), hash.first, slot}, shard.shard.evicted);
    return true;
}

void make_undo_room_locked(const LockedShard& shard) {
    if (!keep_undo_in_budget_locked(shard)) return lose_checkpoints_locked(shard);
    if (has_undo_room_locked(shard)) return;
    const auto page = obtain_page_locked(shard);
    if (page && noting_era(shard.memory) != 0) return add_undo_page_locked(shard, *page);
    if (page) return retire_page_locked(shard, *page);  // to get the page, the checkpoints were lost
    lose_checkpoints_locked(shard);
}

}  // namespace dummycache::store
