// SPDX-License-Identifier: MIT
#include "store/checkpoint/undo.hpp"

#include <unordered_set>

#include "store/index/index.hpp"
#include "store/layout/truth.hpp"
#include "store/log/age_list.hpp"
#include "store/log/log.hpp"

namespace dummycache::store {

namespace {

// Undo records may take an eighth of the shard's share; in a full cache pinned entries may take another eighth.
constexpr std::uint32_t kBudgetShare = 8;

std::uint32_t budget_pages(const Memory& memory) noexcept {
    return std::max<std::uint32_t>(memory.pages / memory.shard_count / kBudgetShare, 1);
}

std::atomic<std::uint64_t>& noted(const LockedShard& shard, std::uint64_t hash) noexcept {
    return shard.shard.noted[hash % layout::kNoted];
}

/// The place of the next record. The newest page has room for it.
layout::UndoRecord& next_record(const LockedShard& shard) noexcept {
    const std::uint32_t page = shard.shard.undo_head.load(kRelaxed) - 1;
    auto* const records = reinterpret_cast<layout::UndoRecord*>(shard.memory.page(page));
    return records[shard.shard.undo_count.load(kRelaxed) % layout::kUndoRecords];
}

/// Gives back the pages of the list that hold no records any more.
void trim_pages(const LockedShard& shard) {
    layout::Shard& s = shard.shard;
    const std::uint64_t count = s.undo_count.load(kRelaxed);
    for (;;) {
        const std::uint32_t head = shard.checked_link(s.undo_head.load(kRelaxed));
        if (head == 0) return;
        const layout::PageInfo& info = shard.memory.info(head - 1);
        if (std::uint64_t{info.fill.load(kRelaxed)} * layout::kUndoRecords < count) return;
        if (info.owner.load(kRelaxed) != layout::owner_word(layout::PageKind::undo, shard.number))
            return shard.mark_damaged();
        set_undo_head(s, info.next.load(kRelaxed));
        decrease(s.undo_pages, 1);
        give_page(shard.arena, head - 1);
    }
}

/// Undoes the pin of an entry whose record was dropped. No slot leads to the entry, so it is dead now.
void unpin(const LockedShard& shard, std::uint64_t word) {
    const EntryRef entry = EntryRef::of_slot(shard.memory, word);
    if (!entry.fits(shard.memory.committed())) return shard.mark_damaged();
    decrease(shard.memory.info(entry.page()).pins, 1);
    decrease(shard.shard.pinned_bytes, pinned_bytes_of(entry));
    if ((entry.deadline_word() & layout::kDead) != 0) return;
    bury_locked(shard, entry);
    free_if_empty_locked(shard, entry.page());
}

/// While checkpoints are held, entries that a clear removed still count as live bytes. Once no checkpoint
/// needs them, reclaim has to look at their pages again. So next_expiry of every listed page becomes 0,
/// "unknown".
void reveal_cleared(const LockedShard& shard) noexcept {
    if (shard.counted_era() < shard.clear_era()) set_deadlines_locked(shard, 0);
}

/// Compacts the records since the newest checkpoint. Keeps all records of old entries, and one record for
/// each hash of a new key. Any other record has the word 0; the last record is copied over it, hash first,
/// and the list becomes one shorter. If the process dies in between, there is the last record's hash with
/// the word 0, or the last record twice. Both are harmless.
void compact_undo(const LockedShard& shard) {
    const std::size_t newest = checkpoint_depth(shard.memory) - 1;
    const std::uint64_t begin = checkpoint_record(shard.memory, newest).marks[shard.number].load(kRelaxed);
    const std::uint64_t end = shard.shard.undo_count.load(kRelaxed);
    if (begin > end) return shard.mark_damaged();
    std::vector<layout::UndoRecord*> records(end - begin);
    std::unordered_set<std::uint64_t> known;
    const auto collect = [&](layout::UndoRecord& record, std::uint64_t number) {
        records[number - begin] = &record;
        return true;
    };
    if (!each_record<Fetch::records_only>(shard.memory, shard.shard, begin, end, collect))
        return shard.mark_damaged();
    for (std::size_t i = 0; i < records.size();) {
        layout::UndoRecord& record = *records[i];
        const bool redundant =
            record.word.load(kRelaxed) == 0 && !known.insert(record.hash.load(kRelaxed)).second;
        if (!redundant) {
            ++i;
            continue;
        }
        retract(record, *records.back(), shard.shard.undo_count);
        records.pop_back();
    }
    trim_pages(shard);
}

}  // namespace

bool has_undo_room_locked(const LockedShard& shard) noexcept {
    if (noting_era(shard.memory) == 0) [[likely]]
        return true;
    const std::uint32_t head = shard.checked_link(shard.shard.undo_head.load(kRelaxed));
    if (head == 0) return false;
    const std::uint64_t place = shard.memory.info(head - 1).fill.load(kRelaxed);
    return shard.shard.undo_count.load(kRelaxed) < (place + 1) * layout::kUndoRecords;
}

void add_undo_page_locked(const LockedShard& shard, std::uint32_t page) noexcept {
    layout::Shard& s = shard.shard;
    layout::PageInfo& info = shard.memory.info(page);
    const std::uint32_t head = shard.checked_link(s.undo_head.load(kRelaxed));
    const std::uint32_t place = head == 0 ? 0 : shard.memory.info(head - 1).fill.load(kRelaxed) + 1;
    info.next.store(head, kRelaxed);
    info.fill.store(place, kRelaxed);
    retype_page(info, layout::owner_word(layout::PageKind::undo, shard.number));
    decrease(s.data_pages, 1);
    increase(s.undo_pages, 1);
    set_undo_head(s, page + 1);
}

bool keep_undo_in_budget_locked(const LockedShard& shard) {
    const std::uint32_t budget = budget_pages(shard.memory);
    if (shard.shard.undo_pages.load(kRelaxed) < budget) return true;
    compact_undo(shard);
    // False if the list became hardly shorter: it would be compacted again and again.
    return shard.shard.undo_pages.load(kRelaxed) <= budget - budget / kBudgetShare &&
           (budget >= kBudgetShare || has_undo_room_locked(shard));
}

bool append_undo_locked(const LockedShard& shard, std::uint64_t hash, std::uint64_t word) noexcept {
    const std::uint64_t newest = noting_era(shard.memory);
    if (newest == 0) [[likely]]
        return false;
    if (word != 0) {
        const std::uint64_t era = EntryRef::of_slot(shard.memory, word).era();
        if (era >= newest) return false;
        if (!is_needed(shard.memory, era)) word = 0;
    }
    if (word == 0 && (is_bulk_only(shard.memory) || noted(shard, hash).load(kRelaxed) == hash)) return false;
    append_undo(next_record(shard), shard.shard.undo_count, hash, word);
    if (word == 0) {  // a record of an old entry cannot stand for another key with the same hash
        noted(shard, hash).store(hash, kRelaxed);
        return false;
    }
    const EntryRef entry = EntryRef::of_slot(shard.memory, word);
    increase(shard.memory.info(entry.page()).pins, 1);
    increase(shard.shard.pinned_bytes, pinned_bytes_of(entry));
    return true;
}

bool pins_too_much(const LockedShard& shard) noexcept {
    return shard.shard.pinned_bytes.load(kRelaxed) >
           std::uint64_t{budget_pages(shard.memory)} * layout::kPageBytes;
}

void leave_pinned_locked(const LockedShard& shard, const EntryRef& entry) noexcept {
    if (entry.era() < shard.counted_era()) return;
    take_off_live(shard, entry.page(), entry.bytes());
}

void replace_locked(const LockedShard& shard, const SlotRef& slot, std::uint64_t old_word,
                    std::uint64_t offset, bool pinned) {
    const EntryRef old = EntryRef::of_slot(shard.memory, old_word);
    if (old.era() < shard.clear_era()) increase(shard.shard.entries, 1);
    move(slot.bucket(), slot.slot, offset);
    pinned ? leave_pinned_locked(shard, old) : drop_entry_locked(shard, old, true);
}

void forget_noted_locked(const LockedShard& shard) noexcept {
    for (auto& hash : shard.shard.noted) hash.store(0, kRelaxed);
}

void forget_undo_locked(const LockedShard& shard, std::uint64_t mark, const BroughtBack& brought_back) {
    const std::uint64_t count = shard.shard.undo_count.load(kRelaxed);
    if (count > mark) {
        // The count is cut first. If the process dies after that, rebuild frees what the dropped records
        // kept.
        cut_undo(shard.shard, mark);
        const auto forget = [&](const layout::UndoRecord& record, std::uint64_t number) {
            const std::uint64_t word = record.word.load(kRelaxed);
            const std::uint64_t index = number - mark;
            if (word == 0) return true;
            if (index >= brought_back.in_slot.size() || !brought_back.in_slot[index]) {
                unpin(shard, word);
            } else {  // the entry is not read, which halves the time of a rollback
                decrease(shard.memory.info(EntryRef::of_slot(shard.memory, word).page()).pins, 1);
            }
            return true;
        };
        const bool whole =
            brought_back.in_slot.empty()
                ? each_record<Fetch::entries>(shard.memory, shard.shard, mark, count, forget)
                : each_record<Fetch::records_only>(shard.memory, shard.shard, mark, count, forget);
        if (!whole) shard.mark_damaged();
        decrease(shard.shard.pinned_bytes, brought_back.in_slot_bytes);
    }
    trim_pages(shard);
    forget_noted_locked(shard);
    reveal_cleared(shard);
}

void lose_checkpoints_locked(const LockedShard& shard) {
    lose_eras(*shard.memory.superblock);  // taking a checkpoint needs this lock, too
    forget_undo_locked(shard, 0);
}

}  // namespace dummycache::store
