// SPDX-License-Identifier: MIT
#include "store/reclaim/page_supply.hpp"

#include <algorithm>
#include <utility>

#include "ipc/process/reap_staged.hpp"
#include "store/checkpoint/undo.hpp"
#include "store/index/split.hpp"
#include "store/layout/truth.hpp"
#include "store/log/age.hpp"
#include "store/log/log.hpp"
#include "store/reclaim/compact.hpp"
#include "store/reclaim/evict.hpp"
#include "store/reclaim/evict_large.hpp"
#include "store/reclaim/free_page.hpp"
#include "store/reclaim/survivors.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

namespace {

constexpr unsigned kPatience = 64;             // marked large entries, or pages of marked ones, passed over
constexpr std::uint32_t kFewListed = 32;       // pages; with fewer, chance decides how old entries become
constexpr std::uint32_t kMoreCompactions = 8;  // added to the limit below, for short lists
constexpr std::uint32_t kLittleProtected = layout::kWhole / 8;

/// Whether this process holds the locks of all shards: while `rollback_target` is set, no other process
/// writes.
bool holds_all(const Memory& memory) noexcept {
    return memory.superblock->rollback_target.load(kRelaxed) != 0;
}

/// Calls `act(other)` for another shard if its lock is free, or if this process holds all. False if `act` is
/// not called, or returns false.
template <class Act>
bool in_other_shard(const LockedShard& shard, std::uint32_t number, Act&& act) {
    const LockedShard other = shard.neighbour(number);
    if (holds_all(shard.memory)) return act(other);
    const auto guard = ShardGuard::try_lock(other);
    return guard && act(other);
}

/// The shard for which `measure` is greatest, and how much that is. If others are equal, the given shard.
template <class Measure>
std::pair<std::uint32_t, std::uint32_t> greatest(const LockedShard& shard, Measure&& measure) {
    std::pair<std::uint32_t, std::uint32_t> best{measure(shard.shard), shard.number};
    for (std::uint32_t i = 0; i < shard.memory.shard_count; ++i) {
        const std::uint32_t one = measure(shard.memory.shards[i]);
        if (one > best.first) best = {one, i};
    }
    return best;
}

bool protects_much(const layout::Shard& shard) noexcept {
    return shard.protected_share.load(kRelaxed) > kLittleProtected;
}

/// Another shard to evict a page from; nothing if this shard shall evict its own. With few pages, chance decides how
/// many entries a shard got, and so how old they become. If those of another shard are a third older, that one
/// gives. Shards that protect read entries are left out: the page that such a shard evicts next is no old one.
std::optional<std::uint32_t> older_neighbour(const LockedShard& shard) noexcept {
    if (shard.shard.listed.load(kRelaxed) >= kFewListed || protects_much(shard.shard)) return std::nullopt;
    const auto [age, number] = greatest(shard, [&](const layout::Shard& other) -> Age {
        return protects_much(other) ? 0 : oldest_page_age(shard.memory, other);
    });
    const std::uint64_t own = oldest_page_age(shard.memory, shard.shard);
    return own * 4 < std::uint64_t{age} * 3 ? std::optional(number) : std::nullopt;
}

/// Evicts the oldest large entry of the cache, if it is older than every entry that this shard would evict;
/// otherwise evicts this shard's oldest page. What is younger goes only if there is nothing else.
bool evict_oldest(const LockedShard& shard, bool patient, std::uint64_t now_us) {
    const auto [age, number] =
        greatest(shard, [&](const layout::Shard& each) { return oldest_large_age(shard.memory, each); });
    const auto evict_large = [&](const LockedShard& in) { return evict_large_locked(in, patient, now_us); };
    if (age != 0 && age >= oldest_page_age(shard.memory, shard.shard)) {
        const bool done =
            number == shard.number ? evict_large(shard) : in_other_shard(shard, number, evict_large);
        if (done) return true;
    }
    const auto evict_page = [&](const LockedShard& in) {
        return evict_page_locked(in, patient, Open::stays, now_us);
    };
    if (const auto older = older_neighbour(shard); older && in_other_shard(shard, *older, evict_page))
        return true;
    const bool has_large = shard.shard.large_oldest.load(kRelaxed) != 0;
    if (evict_page_locked(shard, patient, has_large ? Open::stays : Open::is_closed, now_us)) return true;
    return has_large && (evict_large(shard) || evict_page_locked(shard, patient, Open::is_closed, now_us));
}

/// Compacts and evicts until a page can be claimed. Nothing if there is nothing left to
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
        } else if (shard.memory.evicts && evict_oldest(shard, passed_over < kPatience, now_us)) {
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

/// Pages that only this shard's entries can free: without those of large values, which eviction takes from any
/// shard.
std::uint32_t own_pages_of(const layout::Shard& shard) noexcept {
    return shard.data_pages.load(kRelaxed) + shard.index_pages.load(kRelaxed) +
           shard.undo_pages.load(kRelaxed);
}

/// Whether a shard has less than half of its share.
bool is_poor(const LockedShard& shard) noexcept {
    std::uint64_t all = 0;
    for (std::uint32_t i = 0; i < shard.memory.shard_count; ++i) all += own_pages_of(shard.memory.shards[i]);
    return std::uint64_t{own_pages_of(shard.shard)} * shard.memory.shard_count * 2 < all;
}

/// A page from the shard that owns the most pages, if that is another shard and its lock is free.
std::optional<std::uint32_t> take_from_richest(const LockedShard& shard, std::uint64_t now_us) {
    const std::uint32_t richest = greatest(shard, own_pages_of).second;
    if (richest == shard.number) return std::nullopt;
    std::optional<std::uint32_t> page;
    in_other_shard(shard, richest, [&](const LockedShard& other) {
        page = reclaim_page(other, now_us);
        if (page) decrease(other.shard.data_pages, 1);
        return page.has_value();
    });
    if (!page) return std::nullopt;
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
    return own_pages_of(shard) + shard.overflow_pages.load(kRelaxed);
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
    const bool poor = is_poor(shard);
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
    const std::uint64_t key_hash =
        victim.fits(shard.memory.committed()) ? victim.hash_locked(shard.memory).value : 0;
    drop_locked(shard, removal_moment(shard), victim, {index_page_of(shard, hash), hash.first, slot},
                key_hash, shard.shard.evicted);
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
