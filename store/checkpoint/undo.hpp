// SPDX-License-Identifier: MIT
// What a shard was when a checkpoint was taken: a record for each key that was changed since.
//
//   Shard::undo_head --> page 2 --next--> page 1 --next--> page 0
//                        | record | record | ...         up to Shard::undo_count
//
// Before the first change of a key since the newest checkpoint {hash, slot word} is appended. The entry that
// the word leads to is pinned: its page stays as it is (PageInfo::pins counts), its overflow pages are kept. A new key's word
// is 0, and so is that of a key whose entry no checkpoint needs. A later change of the key finds an entry
// of the new era, and nothing is noted; only keys that are new, or deleted, and set again leave a record each time, which
// `noted` keeps from happening to the same few keys, and compaction undoes when the list becomes long.
//
// Order: the record's bytes, undo_count, and only then the change that it is for. A record too many is harmless.
// Records count while the newest checkpoint is held and not lost.
#pragma once

#include <cstdint>
#include <vector>

#include "store/index/index.hpp"
#include "store/layout/checkpoint_record.hpp"
#include "store/layout/entry_ref.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Whether a change can be noted without another page, or need not be.
[[nodiscard]] bool has_undo_room_locked(const LockedShard& shard) noexcept;

/// Compacts the list if it has as many pages as it may have. False: it hardly became shorter, and the checkpoints have
/// to go.
[[nodiscard]] bool keep_undo_in_budget_locked(const LockedShard& shard);

/// The list goes on in `page`, an empty DATA page in this shard's hands.
void add_undo_page_locked(const LockedShard& shard, std::uint32_t page) noexcept;

/// Notes that the key's slot, which holds `word` (0: none), is about to change. There is room. True if the
/// entry is pinned now: the caller unpins nothing and frees nothing of it.
bool append_undo_locked(const LockedShard& shard, std::uint64_t hash, std::uint64_t word) noexcept;

/// What a pinned entry takes.
[[nodiscard]] inline std::uint64_t pinned_bytes_of(const EntryRef& entry) noexcept {
    const std::uint64_t pages = pages_for(overflow_bytes(entry.lengths(), entry.deadline_word()));
    return entry.bytes() + pages * layout::kPageBytes;
}

/// After a pinned entry's slot leads elsewhere: its bytes are no live ones any more.
void leave_pinned_locked(const LockedShard& shard, const EntryRef& entry) noexcept;

/// The appended entry at `offset` comes in the place of the one that the slot's word led to before it was appended, which is
/// pinned or not, and may be of before a clear.
void replace_locked(const LockedShard& shard, const SlotRef& slot, std::uint64_t old_word,
                    std::uint64_t offset, bool pinned);

/// Whether pinned entries take more than their share. In a full cache it is the checkpoints that go then, and not what
/// can be seen.
[[nodiscard]] bool pins_too_much(const LockedShard& shard) noexcept;

/// Gives the held checkpoints up, because there is no room for them and for what is written now.
void lose_checkpoints_locked(const LockedShard& shard);

/// What a rollback knows of the records from the checkpoint's mark on, having had all of their entries in its hands.
struct BroughtBack {
    std::vector<bool> in_slot;        ///< of each record: whether its entry is in its slot again
    std::uint64_t in_slot_bytes = 0;  ///< what those have pinned
};

/// Shortens the list to `mark` records. The entries of the others are dead from now on, but for those that a
/// rollback has `brought_back`: without one, none is in a slot.
void forget_undo_locked(const LockedShard& shard, std::uint64_t mark, const BroughtBack& brought_back = {});

/// Whether the shard has records, or room for some, that count no more: to be forgotten.
[[nodiscard]] inline bool has_stale_undo(const LockedShard& shard) noexcept {
    const bool has_some = (shard.shard.undo_count.load(std::memory_order_relaxed) |
                           shard.shard.undo_head.load(std::memory_order_relaxed)) != 0;
    return has_some && noting_era(shard.memory) == 0;
}

/// What whoever has the lock does first with records that count no more.
inline void forget_stale_undo_locked(const LockedShard& shard) {
    if (has_stale_undo(shard)) [[unlikely]]
        forget_undo_locked(shard, 0);
}

/// A new interval of records begins.
void forget_noted_locked(const LockedShard& shard) noexcept;

/// Whether what the records lead to is fetched ahead, because it will be read.
enum class Fetch : std::uint8_t { records_only, entries };

/// Calls `visit(record, number)` with each record from `begin` to `end`, the newest page first, until it returns
/// false. False if the list is broken, as only damaged bytes make it, or if `visit` was.
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
