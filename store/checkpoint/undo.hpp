// SPDX-License-Identifier: MIT
// What a shard was when a checkpoint was taken: an undo record for each key that was changed since.
//
//   Shard::undo_head --> page 2 --next--> page 1 --next--> page 0
//                        | record | record | ...         up to Shard::undo_count
//
// The first change of a key since the newest checkpoint appends {hash, slot word}. The entry that the word
// leads to is *pinned*: its page stays as it is (PageInfo::pins counts), and its overflow pages are kept.
// The word is 0 for a new key, and for a key whose entry no checkpoint needs. A later change of the key
// finds an entry of the new era and appends nothing.
//
// One case appends again and again: a key that is new, or deleted, and then set again. For a few such keys
// `noted` prevents it. For the others, compaction removes the extra records when the list becomes long.
//
// Order of the stores: the record's bytes, undo_count, and then the change itself. A record without its
// change does no harm. Records count as long as the newest checkpoint is held and not lost.
#pragma once

#include <cstdint>
#include <vector>

#include "store/index/index.hpp"
#include "store/layout/checkpoint_record.hpp"
#include "store/layout/entry_ref.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// True if the next undo record needs no new page, or if no record is needed.
[[nodiscard]] bool has_undo_room_locked(const LockedShard& shard) noexcept;

/// Compacts the list of records if it has reached its budget, an eighth of the shard's share of the pages.
/// False: it is still longer than seven eighths of that, and the caller has to give the checkpoints up.
[[nodiscard]] bool keep_undo_in_budget_locked(const LockedShard& shard);

/// Makes `page` the newest page of the list. It is an empty DATA page that this shard owns.
void add_undo_page_locked(const LockedShard& shard, std::uint32_t page) noexcept;

/// Notes that the key's slot, which holds `word` (0: empty), is about to change. The caller has made room
/// (make_undo_room_locked). True if the entry is pinned now: then the caller must not free its bytes or
/// overflow pages.
bool append_undo_locked(const LockedShard& shard, std::uint64_t hash, std::uint64_t word) noexcept;

/// Bytes that a pinned entry keeps: its own, and its whole overflow pages.
[[nodiscard]] inline std::uint64_t pinned_bytes_of(const EntryRef& entry) noexcept {
    const std::uint64_t pages = pages_for(overflow_bytes(entry.lengths(), entry.deadline_word()));
    return entry.bytes() + pages * layout::kPageBytes;
}

/// Counts a pinned entry as no longer live. Called when its slot leads elsewhere.
void leave_pinned_locked(const LockedShard& shard, const EntryRef& entry) noexcept;

/// Stores the slot for the appended entry at `offset`, which replaces an older entry of the key. `old_word`
/// is the slot's word before the append. The old entry is pinned if `pinned` says so, and it may be older
/// than the last clear.
void replace_locked(const LockedShard& shard, const SlotRef& slot, std::uint64_t old_word,
                    std::uint64_t offset, bool pinned);

/// Whether pinned entries take more than their share, an eighth of the capacity. A full cache then gives up
/// the checkpoints; it does not evict visible entries for them.
[[nodiscard]] bool pins_too_much(const LockedShard& shard) noexcept;

/// Marks all held checkpoints of the cache as lost: there is no room for them and for new values. A
/// rollback to one of them fails from now on. Takes no other lock; other shards drop their records when
/// their locks are taken next.
void lose_checkpoints_locked(const LockedShard& shard);

/// What a rollback has found out about the records behind the checkpoint's mark. It has read all of their
/// entries.
struct BroughtBack {
    std::vector<bool> in_slot;        ///< for each record: whether a slot leads to its entry again
    std::uint64_t in_slot_bytes = 0;  ///< pinned bytes of these entries
};

/// Keeps the first `mark` records and drops the others. The entries of dropped records are dead from now
/// on, except for those that a rollback has put into a slot again (`brought_back`). By default no slot
/// leads to any of them. If the process dies inside, rebuild frees the rest.
void forget_undo_locked(const LockedShard& shard, std::uint64_t mark, const BroughtBack& brought_back = {});

/// Whether the shard still has records, or pages for them, although no checkpoint needs them.
[[nodiscard]] inline bool has_stale_undo(const LockedShard& shard) noexcept {
    const bool has_some = (shard.shard.undo_count.load(std::memory_order_relaxed) |
                           shard.shard.undo_head.load(std::memory_order_relaxed)) != 0;
    return has_some && noting_era(shard.memory) == 0;
}

/// Drops records that no checkpoint needs any more. Each new owner of the lock does this first.
inline void forget_stale_undo_locked(const LockedShard& shard) {
    if (has_stale_undo(shard)) [[unlikely]]
        forget_undo_locked(shard, 0);
}

/// Empties `noted`, because a new interval of records begins.
void forget_noted_locked(const LockedShard& shard) noexcept;

/// Whether the entries of the records are prefetched, because the visitor will read them.
enum class Fetch : std::uint8_t { records_only, entries };

/// Calls `visit(record, number)` for each record from `begin` to `end`, the newest page first, until it
/// returns false. False if `visit` returned false, or if the list is broken, which only damaged bytes can
/// cause.
template <Fetch fetch, class Visit>
bool each_record(const Memory& memory, const layout::Shard& shard, std::uint64_t begin, std::uint64_t end,
                 Visit&& visit) {
    constexpr std::uint64_t kAhead = 12;
    const std::uint32_t committed = memory.committed();
    std::uint32_t link = shard.undo_head.load(std::memory_order_relaxed);
    while (begin < end) {
        const std::uint64_t last = (end - 1) / layout::kUndoRecords;
        if (link == 0 || link > committed) return false;
        const layout::PageInfo& info = memory.info(link - 1);
        const std::uint64_t ordinal = info.fill.load(std::memory_order_relaxed);
        if (layout::kind_of(info.owner.load(std::memory_order_relaxed)) != layout::PageKind::undo ||
            ordinal < last)
            return false;
        if (ordinal == last) {
            auto* const records = reinterpret_cast<layout::UndoRecord*>(memory.page(link - 1));
            const std::uint64_t first = last * layout::kUndoRecords;
            for (std::uint64_t i = std::max(begin, first); i < end; ++i) {
                if constexpr (fetch == Fetch::entries) {
                    const std::uint64_t soon = std::min(i + kAhead, end - 1) - first;
                    prefetch_entry(memory, records[soon].word.load(std::memory_order_relaxed));
                }
                if (!visit(records[i - first], i)) return false;
            }
            end = std::max(begin, first);
        }
        const std::uint32_t next = info.next.load(std::memory_order_relaxed);
        if (next != 0 && next <= committed &&
            memory.info(next - 1).fill.load(std::memory_order_relaxed) >= ordinal)
            return false;
        link = next;
    }
    return true;
}

}  // namespace dummycache::store
