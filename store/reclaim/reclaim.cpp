// SPDX-License-Identifier: MIT
#include "store/reclaim/reclaim.hpp"

#include <algorithm>

#include "store/checkpoint/undo.hpp"
#include "store/index/ghosts.hpp"
#include "store/index/page_walk.hpp"
#include "store/layout/truth.hpp"
#include "store/log/age_list.hpp"
#include "store/log/log.hpp"
#include "store/reclaim/compaction_choice.hpp"
#include "store/reclaim/victim_page.hpp"

namespace dummycache::store {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

constexpr std::uint64_t kDeadPercent = 23;    // compact when so much of the full pages is dead
constexpr std::uint32_t kFullDeadShare = 14;  // a full cache compacts before it evicts for this much
constexpr std::uint32_t kFewPages = 4;        // so few full pages are not worth compacting
constexpr unsigned kStepsPerPage = 3;         // compactions that one new page pays for
constexpr unsigned kCandidates = 32;          // pages looked at to choose one
constexpr unsigned kFullCandidates = 128;     // the same, when the cache is full
constexpr unsigned kLooks = 2;                // of them, pages whose entries are looked at
constexpr unsigned kFullLooks = 4;            // the same, when the cache is full
constexpr unsigned kPatience = 64;            // pages of marked entries that eviction passes over

/// Moves an entry to the survivor page. False if there is no page for it.
bool keep(const LockedShard& shard, const EntryRef& entry, const SlotRef& slot) {
    const std::uint64_t bytes = entry.bytes();
    if (!has_room_locked(shard, layout::kSurvivor, bytes)) {
        const std::uint32_t reserve = shard.checked_link(shard.shard.reserve.load(kRelaxed));
        if (reserve == 0) return false;
        shard.shard.reserve.store(0, kRelaxed);
        close_page_locked(shard, layout::kSurvivor);
        open_page_locked(shard, layout::kSurvivor, reserve - 1);
    }
    move(slot.bucket(), slot.slot, append_copy_locked(shard, entry, bytes));
    entry.header().deadline_word.store(entry.deadline_word() | layout::kDead,
                                       std::memory_order_release);  // after the slot
    decrease(shard.memory.info(entry.page()).live, bytes);
    increase(shard.shard.moved_bytes, bytes);
    return true;
}

/// Compaction of one page of the age list. False if a live entry found no place.
bool compact(const LockedShard& shard, std::uint32_t page, std::uint64_t now_us) {
    if (!ensure_reserve_locked(shard) && shard.memory.info(page).live.load(kRelaxed) != 0) return false;
    const std::uint64_t clear_era = shard.clear_era();
    bool kept = true;
    walk_page_locked(shard, page, 0, [&](const EntryRef& entry, const SlotRef& slot) {
        if (is_visible(entry, clear_era, now_us) || is_needed(shard.memory, entry.era()))
            return kept = keep(shard, entry, slot);
        drop_locked(shard, entry, slot, shard.shard.expired);
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

/// Compaction when the cache is full, if it gives enough.
bool squeeze(const LockedShard& shard, std::uint64_t now_us) {
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

/// Keeps an entry that a checkpoint needs; without room for it the checkpoints are lost. Says whether it did.
bool keep_needed(const LockedShard& shard, const EntryRef& entry, const SlotRef& slot) {
    if (!is_needed(shard.memory, entry.era())) return false;
    if (keep(shard, entry, slot)) return true;
    lose_checkpoints_locked(shard);
    return false;
}

/// Another round for what was read since the last one.
bool has_another_round(const LockedShard& shard, const EntryRef& entry, const SlotRef& slot, bool visible,
                       bool patient) {
    const unsigned visits = slot.mark().load(kRelaxed) & layout::kVisits;
    if (!visible || !patient || visits == 0 || !keep(shard, entry, slot)) return false;
    slot.mark().store(static_cast<std::uint8_t>((visits - 1) | layout::kProtected), kRelaxed);
    return true;
}

/// Eviction of the oldest page, or of as much of it as frees a large entry. What is exempt moves; if there is no place for
/// it, it stays where it is, and so does its page. False if this shard has nothing to evict.
bool evict(const LockedShard& shard, bool patient, std::uint64_t now_us) {
    layout::Shard& s = shard.shard;
    const std::uint64_t exempt = exempt_offset_locked(shard);
    const std::uint32_t oldest = page_to_evict_locked(shard, exempt);
    if (oldest == 0) return false;
    const std::uint64_t clear_era = shard.clear_era();
    bool dropped = false;
    bool freed_overflow = false;
    const std::uint32_t end = walk_page_locked(
        shard, oldest - 1, s.hand.load(kRelaxed), [&](const EntryRef& entry, const SlotRef& slot) {
            if (keep_needed(shard, entry, slot)) return true;
            if (entry.offset() == exempt) return static_cast<void>(keep(shard, entry, slot)), true;
            const bool visible = is_visible(entry, clear_era, now_us);
            if (has_another_round(shard, entry, slot, visible, patient)) return true;
            dropped = true;
            freed_overflow = (entry.deadline_word() & layout::kOverflow) != 0;
            const std::uint64_t word = slot.word();
            drop_locked(shard, entry, slot, visible ? s.evicted : s.expired);
            if (visible) remember_evicted_locked(shard, slot, word);
            return !freed_overflow;
        });
    const bool is_still_there =
        exempt != 0 && exempt / layout::kPageBytes == oldest - 1 && exempt_offset_locked(shard) == exempt;
    if (freed_overflow && end < shard.memory.info(oldest - 1).fill.load(kRelaxed)) {
        s.hand.store(is_still_there ? 0 : end, kRelaxed);  // before the hand nothing is left
        return true;
    }
    unlist_page_locked(shard, oldest - 1);
    if (is_still_there) {
        list_page_locked(shard, oldest - 1);
        return dropped;
    }
    retire_page_locked(shard, oldest - 1);
    return true;
}

/// A shard that has no entries left has no use for a reserve either.
std::optional<std::uint32_t> lend_reserve(const LockedShard& shard) noexcept {
    layout::Shard& s = shard.shard;
    const std::uint32_t reserve = shard.checked_link(s.reserve.load(kRelaxed));
    const bool holds_entries = s.oldest.load(kRelaxed) != 0 || s.open[layout::kNursery].load(kRelaxed) != 0 ||
                               s.open[layout::kSurvivor].load(kRelaxed) != 0;
    if (reserve == 0 || holds_entries) return std::nullopt;
    s.reserve.store(0, kRelaxed);
    return reserve - 1;
}

/// An open page with expired entries is closed, so that they can be compacted away: what expired must
/// not make a cache refuse. Says whether there was one.
bool close_expired_page(const LockedShard& shard, std::uint64_t now_us) {
    for (const auto which : {layout::kNursery, layout::kSurvivor}) {
        const std::uint32_t page = shard.checked_link(shard.shard.open[which].load(kRelaxed));
        if (page == 0 || !may_have_expired(shard.memory.info(page - 1), now_us)) continue;
        close_page_locked(shard, which);
        return true;
    }
    return false;
}

/// Once half of the capacity has been in use, reads leave marks: those of the other half tell what is wanted before the first
/// eviction. Also when the system has nothing left before that.
void begin_marking_in_time(const Memory& memory, bool got_page) noexcept {
    std::atomic<std::uint64_t>& marking = memory.superblock->marking;
    const bool near = !got_page || memory.committed() >= memory.pages / 2;
    if (near && memory.evicts && marking.load(kRelaxed) == 0) marking.store(1, kRelaxed);
}

}  // namespace

std::optional<std::uint32_t> claim_page_locked(const LockedShard& shard) {
    const auto page = shard.arena.claim(layout::owner_word(layout::PageKind::data, shard.number));
    begin_marking_in_time(shard.memory, page.has_value());
    if (!page) return std::nullopt;
    DUMMYCACHE_KILL_POINT("page claimed");
    empty_page(shard.memory.info(*page));
    shard.memory.info(*page).live.store(0, kRelaxed);
    shard.memory.info(*page).pins.store(0, kRelaxed);
    increase(shard.shard.data_pages, 1);
    return page;
}

bool ensure_reserve_locked(const LockedShard& shard) {
    if (shard.shard.reserve.load(kRelaxed) != 0) return true;
    const auto page = claim_page_locked(shard);
    if (page) shard.shard.reserve.store(*page + 1, kRelaxed);
    return page.has_value();
}

void drop_locked(const LockedShard& shard, const EntryRef& entry, const SlotRef& slot,
                 std::atomic<std::uint64_t>& counter) {
    if (!entry.fits(shard.memory.committed())) [[unlikely]] {
        shard.mark_damaged();
        unpublish(slot.bucket(), slot.slot);
        return;
    }
    const bool counted = entry.era() >= shard.clear_era();
    unpublish(slot.bucket(), slot.slot);
    drop_entry_locked(shard, entry, false);
    if (!counted) return;
    decrease(shard.shard.entries, 1);
    increase(counter, 1);
}

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

std::optional<std::uint32_t> reclaim_page_locked(const LockedShard& shard, std::uint64_t now_us) {
    unsigned passed_over = 0;
    // A compaction may turn out to give nothing: what seemed expired was not quite. Once each page
    // had its turn the rest is up to eviction.
    const auto each_page = [&] {
        return 2 * std::min(shard.shard.listed.load(kRelaxed), shard.memory.committed()) + 2 * kFewPages;
    };
    std::uint32_t squeezes = each_page();
    static_cast<void>(ensure_reserve_locked(shard));
    for (;;) {
        if (squeezes != 0 && (squeeze(shard, now_us) || close_expired_page(shard, now_us))) {
            --squeezes;
        } else if (noting_era(shard.memory) != 0 && (pins_too_much(shard) || is_bulk_write(shard.memory))) {
            lose_checkpoints_locked(shard);
            squeezes = each_page();
        } else if (shard.memory.evicts && evict(shard, passed_over < kPatience, now_us)) {
            ++passed_over;
        } else if (noting_era(shard.memory) != 0) {
            lose_checkpoints_locked(shard);
            squeezes = each_page();
        } else {
            return lend_reserve(shard);
        }
        if (const auto page = claim_page_locked(shard)) return page;
    }
}

}  // namespace dummycache::store
