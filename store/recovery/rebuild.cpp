// SPDX-License-Identifier: MIT
#include "store/recovery/rebuild.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

#include "store/checkpoint/undo.hpp"
#include "store/index/split.hpp"
#include "store/layout/truth.hpp"
#include "store/log/age.hpp"
#include "store/log/large_list.hpp"
#include "store/log/log.hpp"
#include "store/recovery/shard_scan.hpp"

namespace dummycache::store {

namespace {

/// Depth of the index page that a directory word leads to; -1 if it leads to none.
int depth_of(const LockedShard& shard, std::uint32_t committed, std::uint32_t word) noexcept {
    if (word == 0 || word > committed) return -1;
    const layout::PageInfo& info = shard.memory.info(word - 1);
    const std::uint32_t depth = info.fill.load(kRelaxed);
    const bool sound =
        info.owner.load(kRelaxed) == layout::owner_word(layout::PageKind::index, shard.number) &&
        depth <= shard.memory.directory_bits;
    return sound ? static_cast<int>(depth) : -1;
}

/// Finishes a split whose process died while it stored directory words. If two pages claim a word, the
/// deeper one gets it: it is newer, and it is whole. Then each page's depth is computed from the number of
/// words that lead to it.
void finish_splits(const LockedShard& shard) {
    layout::DirectoryWord* const directory = shard.memory.directory(shard.number);
    const std::uint32_t size = shard.memory.directory_size();
    const std::uint32_t committed = shard.memory.committed();
    std::vector<bool> done(committed, false);
    for (std::uint32_t i = 0; i < size; ++i) {
        const std::uint32_t page = directory[i].load(kRelaxed);
        const int depth = depth_of(shard, committed, page);
        if (depth < 0) {
            if (page != 0) clear_directory(directory[i]);
            continue;
        }
        if (done[page - 1]) continue;
        done[page - 1] = true;
        const std::uint32_t step = 1U << depth;
        for (std::uint32_t j = i & (step - 1); j < size; j += step) {
            const std::uint32_t other = directory[j].load(kRelaxed);
            if (other != page && depth_of(shard, committed, other) < depth)
                set_directory(directory[j], page - 1);
        }
    }
    std::vector<std::uint32_t> words(committed, 0);
    for (std::uint32_t i = 0; i < size; ++i) {
        const std::uint32_t page = directory[i].load(kRelaxed);
        if (page != 0) ++words[page - 1];
    }
    for (std::uint32_t i = 0; i < size; ++i) {
        const std::uint32_t page = directory[i].load(kRelaxed);
        if (page == 0) continue;
        const auto spread = static_cast<std::uint32_t>(std::bit_width(words[page - 1]) - 1);
        set_depth(shard.memory.info(page - 1), shard.memory.directory_bits - spread);
    }
}

/// Empties each slot that leads to no sound entry, or to an entry that is neither visible nor needed by a
/// checkpoint. Counts the others, and bumps every bucket.
void sift_slots(ShardScan& scan, const LockedShard& shard) {
    scan.each_slot([&](const ScannedSlot& slot) {
        if (slot.kept) {
            scan.count(slot);
        } else {
            empty_slot(slot.ref.bucket(), slot.ref.slot);
            DUMMYCACHE_KILL_POINT("unsound slot emptied");
        }
    });
    for (const std::uint32_t number : scan.index_pages()) {
        layout::IndexPage& page = shard.memory.index_page(number);
        const BucketBits spilled = spilled_buckets(page);
        for (std::uint32_t bucket = 0; bucket < layout::kBuckets; ++bucket) {
            if (spilled[bucket]) mark_spilled(page.buckets[bucket]);
        }
        for (auto& bucket : page.buckets) bump_version(bucket);
    }
}

/// Counts the entries that undo records lead to. A record whose entry is not sound gets the word 0. False
/// if the list itself is not sound; then the checkpoints are lost.
bool sift_undo(ShardScan& scan, const LockedShard& shard) {
    const char* const fault = scan.each_undo_record([&](layout::UndoRecord& record, const char* unsound) {
        if (unsound == nullptr) return scan.pin(record);
        empty_undo(record);
    });
    forget_noted_locked(shard);
    if (fault == nullptr && noting_era(shard.memory) != 0) return true;
    if (fault != nullptr) lose_eras(*shard.memory.superblock);
    cut_undo(shard.shard, 0);
    set_undo_head(shard.shard, 0);
    return fault == nullptr;
}

/// Gives back the shard's pages that nothing leads to, and puts the others into the age list.
void sort_pages(const ShardScan& scan, const LockedShard& shard) {
    const bool keeps_undo = shard.shard.undo_head.load(kRelaxed) != 0;
    for (std::uint32_t page = 0; page < scan.committed(); ++page) {
        layout::PageInfo& info = shard.memory.info(page);
        const std::uint64_t owner = info.owner.load(std::memory_order_acquire);
        const layout::PageKind kind = layout::kind_of(owner);
        const bool ours = owner == layout::owner_word(kind, shard.number);
        if (!ours || kind == layout::PageKind::free || kind == layout::PageKind::staged) continue;
        if (kind == layout::PageKind::data && (scan.live(page) != 0 || scan.pins(page) != 0)) {
            info.live.store(scan.live(page), kRelaxed);
            info.pins.store(keeps_undo ? scan.pins(page) : 0, kRelaxed);
            info.next_expiry.store(0, kRelaxed);  // unknown: reclaim looks at the page when it needs room
            increase(shard.shard.data_pages, 1);
            shard.shard.open[layout::kNursery].store(page + 1, kRelaxed);
            close_page_locked(shard, layout::kNursery);
        } else if (kind == layout::PageKind::overflow && scan.is_overflow_page(page)) {
            increase(shard.shard.overflow_pages, 1);
        } else if (kind == layout::PageKind::index && scan.is_index_page(page)) {
            increase(shard.shard.index_pages, 1);
        } else if (kind == layout::PageKind::undo && keeps_undo && scan.is_undo_page(page)) {
            increase(shard.shard.undo_pages, 1);
        } else {
            give_page(shard.arena, page);
        }
    }
}

/// Lists the large entries again, by the age that their nodes tell.
void list_large(const ShardScan& scan, const LockedShard& shard) {
    std::vector<std::pair<Age, std::uint32_t>> order;
    for (const LargeEntry& entry : scan.large_entries()) {
        layout::PageInfo& info = shard.memory.info(entry.first);
        set_large_key_hash(info, entry.key_hash);
        order.emplace_back(age_of(shard.memory, info.fill.load(kRelaxed)), entry.first);
    }
    std::ranges::sort(order, std::greater<>());
    for (const auto& [age, first] : order) add_old_large_locked(shard, first);
}

}  // namespace

void rebuild_locked(const LockedShard& shard) {
    DUMMYCACHE_KILL_POINT("rebuild begins");
    count_again_locked(shard);
    increase(shard.shard.recoveries, 1);
    shard.shard.dirty.store(0, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("rebuild done");
}

void count_again_locked(const LockedShard& shard) {
    layout::Shard& s = shard.shard;
    finish_splits(shard);
    ShardScan scan(shard);
    sift_slots(scan, shard);
    if (!sift_undo(scan, shard)) return count_again_locked(shard);  // without the checkpoints
    fence_release();  // REUSE: the bumps above come before anything is written into a freed page
    for (auto* page : {&s.open[0], &s.open[1], &s.reserve, &s.oldest, &s.newest, &s.listed, &s.cursor,
                       &s.large_oldest, &s.large_newest, &s.insertion_point, &s.before_insertion,
                       &s.data_pages, &s.index_pages, &s.overflow_pages, &s.undo_pages}) {
        page->store(0, kRelaxed);
    }
    s.listed_bytes.store(0, kRelaxed);
    s.sampled_tick.store(0,
                         kRelaxed);  // the dead writer may have left no sample of its last look at the clock
    sort_pages(scan, shard);
    list_large(scan, shard);
    s.entries.store(scan.entries(), kRelaxed);
    s.live_bytes.store(scan.live_bytes(), kRelaxed);
    s.pinned_bytes.store(scan.pinned_bytes(), kRelaxed);
    shard.arena.rebuild_free_map();
}

}  // namespace dummycache::store
