// SPDX-License-Identifier: MIT
#include "store/checkpoint/rollback.hpp"

#include <array>
#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "store/checkpoint/undo.hpp"
#include "store/history/removals.hpp"
#include "store/index/entry_walk.hpp"
#include "store/index/index.hpp"
#include "store/layout/overflow.hpp"
#include "store/layout/truth.hpp"
#include "store/log/log.hpp"

namespace dummycache::store {

namespace {

/// What is done with the bytes of entries, besides their slots.
enum class Bytes : std::uint8_t {
    counted,  ///< live and dead bytes are counted, as in any write
    ignored,  ///< nothing is counted: the copy is thrown away
};

/// Step 2 of one shard.
class PutBack {
public:
    PutBack(LockedShard shard, const layout::CheckpointRecord& target, Bytes bytes)
        : shard_(shard),
          era_(target.era.load(kRelaxed)),
          begin_(target.marks[shard.number].load(kRelaxed)),
          end_(shard.shard.undo_count.load(kRelaxed)),
          is_bulk_(target.is_bulk.load(kRelaxed) != 0),
          bytes_(bytes),
          now_us_(shard.now_us()) {}

    /// Passes A, B and C. Returns what forget_undo_locked needs once all shards are done.
    BroughtBack run() {
        back_.in_slot.assign(end_ > begin_ ? end_ - begin_ : 0, false);
        each_left([this](const Change& change) { put_back(change); });
        if (is_bulk_)
            sweep();
        else if (left_ != 0)
            each_left([this](const Change& change) { remove_newer(change.hash); });
        if (left_ != 0) each_left([this](const Change& change) { put_back(change); });
        return std::move(back_);
    }

private:
    struct Change {
        KeyHash hash;
        std::uint64_t word;
        std::uint64_t index;  ///< number of its record, counted from the checkpoint's mark
    };
    static constexpr std::size_t kAhead = 16;

    /// Prefetches the lines that put_back needs first: the bucket, the old entry and its page's PageInfo.
    void prefetch(const Change& change) const noexcept {
        const layout::IndexPage* const index = index_page_of(shard_.memory, change.hash);
        if (index == nullptr) return;
        const std::uint32_t bucket =
            (change.word & layout::kSecondChoice) != 0 ? change.hash.second() : change.hash.first;
        __builtin_prefetch(&index->buckets[bucket], 1);
        if (change.word != 0) {
            prefetch_entry(shard_.memory, change.word);
            __builtin_prefetch(&shard_.memory.info(EntryRef::of_slot(shard_.memory, change.word).page()), 1);
        }
    }

    /// Visits the records whose entries are not back in a slot. Prefetches for a record up to 16 records
    /// before its turn, so that the wait for memory overlaps with the work on other records.
    template <class Visit>
    void each_left(Visit&& visit) {
        std::uint64_t asked = 0;
        std::uint64_t visited = 0;
        const auto visit_one = [&] {
            if (asked - visited > kAhead / 2)
                prefetch_entry_of(shard_.memory, changes_[(visited + kAhead / 2) % kAhead].hash);
            visit(changes_[visited++ % kAhead]);
        };
        const auto collect = [&](const layout::UndoRecord& record, std::uint64_t number) {
            const std::uint64_t index = number - begin_;
            if (back_.in_slot[index]) return true;
            ++left_;
            if (asked - visited == kAhead) visit_one();
            Change& change = changes_[asked++ % kAhead];
            change = {split_hash(shard_.memory, record.hash.load(kRelaxed)), record.word.load(kRelaxed),
                      index};
            prefetch(change);
            return true;
        };
        left_ = 0;
        if (!each_record<Fetch::records_only>(shard_.memory, shard_.shard, begin_, end_, collect))
            shard_.mark_damaged();
        while (visited != asked) visit_one();
    }

    void put_back(const Change& change) {
        if (change.word == 0) return;
        const EntryRef old = EntryRef::of_slot(shard_.memory, change.word);
        if (!old.fits(shard_.memory.committed())) return shard_.mark_damaged();
        if (old.era() >= era_) return;
        layout::IndexPage* const page = index_page_of(shard_, change.hash);
        if (page == nullptr) return shard_.mark_damaged();
        const auto slot = place_for(*page, change, old);
        if (!slot) return;
        if (slot->word() != change.word) restore(change, old, *slot);
        back_.in_slot[change.index] = true;
        back_.in_slot_bytes += pinned_bytes_of(old);
        --left_;
        // If a newer entry of the key is in another slot, that slot was empty when the entry came. So it
        // has a record of its own, and pass B removes it.
    }

    void restore(const Change& change, const EntryRef& old, const SlotRef& slot) {
        const std::uint64_t newer = slot.word();
        if ((change.word & layout::kSecondChoice) != 0) mark_spilled(slot.page->buckets[change.hash.first]);
        if (newer == 0) slot.mark().store(0, kRelaxed);
        publish(slot.bucket(), slot.slot, change.word);
        if (bytes_ == Bytes::ignored) return;
        increase(shard_.memory.info(old.page()).live, old.bytes());
        increase(shard_.shard.live_bytes, old.bytes());
        if (newer != 0) drop_entry_locked(shard_, EntryRef::of_slot(shard_.memory, newer), true);
    }

    /// Finds a slot in the old entry's bucket: the slot that leads to it already, or else the slot of the
    /// newer entry with its key, or else a free slot.
    std::optional<SlotRef> place_for(layout::IndexPage& page, const Change& change, const EntryRef& old) {
        key_.resize(old.lengths().key);
        if (!copy_key(shard_.memory, old, old.deadline_word(), old.lengths(),
                      reinterpret_cast<std::byte*>(key_.data())))
            return std::nullopt;
        const std::uint32_t number =
            (change.word & layout::kSecondChoice) != 0 ? change.hash.second() : change.hash.first;
        const layout::Bucket& bucket = page.buckets[number];
        std::optional<SlotRef> place;
        for (unsigned found = slots_with_tag(bucket, change.hash.tag); found != 0; found &= found - 1) {
            const SlotRef slot{&page, number, static_cast<unsigned>(std::countr_zero(found))};
            if (slot.word() == change.word) return slot;
            if (is_newer(slot.word(), change.hash) && has_key(slot.word(), change.hash)) place = slot;
        }
        for (unsigned i = 0; i < layout::kSlots && !place; ++i) {
            if (bucket.slots[i].load(kRelaxed) == 0) place = SlotRef{&page, number, i};
        }
        return place;
    }

    void remove_newer(const KeyHash& hash) {
        layout::IndexPage* const page = index_page_of(shard_, hash);
        if (page == nullptr) return;
        for (const std::uint32_t number : {hash.first, hash.second()}) {
            for (unsigned i = 0; i < layout::kSlots; ++i) {
                const SlotRef slot{page, number, i};
                const std::uint64_t word = slot.word();
                if (word == 0 || !is_newer(word, hash)) continue;
                remove(EntryRef::of_slot(shard_.memory, word), slot);
            }
            if (!is_spilled(page->buckets[number])) return;  // then no key of this bucket is in a second one
        }
    }

    /// Pass B for the checkpoint of a bulk write. It has no records of new keys, so this looks at every
    /// slot.
    void sweep() {
        std::vector<bool> seen(shard_.memory.pages, false);
        for (const std::uint32_t number : index_pages_of(shard_.memory, shard_.number, seen)) {
            each_entry_locked(shard_, number, [&](const EntryRef& entry, const SlotRef& slot) {
                if (entry.era() >= era_) remove(entry, slot);
            });
        }
    }

    void remove(const EntryRef& entry, const SlotRef& slot) {
        if (bytes_ == Bytes::counted)
            note_one_of_many_locked(shard_, entry, layout::Removal::rolled_back, now_us_);
        unpublish(slot.bucket(), slot.slot);
        if (bytes_ == Bytes::counted) drop_entry_locked(shard_, entry, true);
    }

    static bool is_spilled(const layout::Bucket& bucket) noexcept {
        return (bucket.version.load(kRelaxed) & layout::kSpilled) != 0;
    }
    [[nodiscard]] bool is_newer(std::uint64_t word, const KeyHash& hash) const noexcept {
        if (word >> layout::kTagShift != hash.tag) return false;
        const EntryRef entry = EntryRef::of_slot(shard_.memory, word);
        return entry.fits(shard_.memory.committed()) && entry.era() >= era_ &&
               entry.hash_locked(shard_.memory).value == hash.value;
    }
    [[nodiscard]] bool has_key(std::uint64_t word, const KeyHash& hash) const noexcept {
        const EntryRef entry = EntryRef::of_slot(shard_.memory, word);
        return key_equals(shard_.memory, entry, entry.deadline_word(), entry.lengths().key, key_, hash.value);
    }

    LockedShard shard_;
    std::uint64_t era_;
    std::uint64_t begin_;
    std::uint64_t end_;
    bool is_bulk_;
    Bytes bytes_;
    std::uint64_t now_us_;  ///< before the clock goes back
    std::string key_;
    std::array<Change, kAhead> changes_;
    std::uint64_t left_ = 0;  ///< records whose entries are in no slot yet
    BroughtBack back_;
};

void restore_header(layout::Superblock& superblock, const layout::CheckpointRecord& target) noexcept {
    superblock.clear_era.store(target.clear_era.load(kRelaxed), std::memory_order_release);
    DUMMYCACHE_KILL_POINT("clear era restored");
    superblock.clock.store(target.clock.load(kRelaxed), std::memory_order_release);
    DUMMYCACHE_KILL_POINT("clock restored");
}

}  // namespace

void finish_rollback_locked(std::span<const LockedShard> shards) {
    const Memory& memory = shards.front().memory;
    layout::Superblock& superblock = *memory.superblock;
    const std::uint64_t rollback_target = superblock.rollback_target.load(kRelaxed);
    if (rollback_target != 0 && rollback_target <= checkpoint_depth(memory) &&
        !is_lost(memory, checkpoint_record(memory, rollback_target - 1))) {
        const layout::CheckpointRecord& target = checkpoint_record(memory, rollback_target - 1);
        std::vector<BroughtBack> brought_back;
        for (const LockedShard& shard : shards)
            brought_back.push_back(PutBack(shard, target, Bytes::counted).run());
        restore_header(superblock, target);
        note_clock_moved(memory);
        for (const LockedShard& shard : shards) {
            forget_undo_locked(shard, target.marks[shard.number].load(kRelaxed), brought_back[shard.number]);
            shard.shard.entries.store(target.entries[shard.number].load(kRelaxed), kRelaxed);
        }
        // A bulk write's own checkpoint is dropped, too.
        const bool is_bulk = target.is_bulk.load(kRelaxed) != 0;
        superblock.depth.store(is_bulk ? rollback_target - 1 : rollback_target, std::memory_order_release);
        DUMMYCACHE_KILL_POINT("depth restored");
        superblock.era.fetch_add(1, std::memory_order_release);
    }
    superblock.rollback_target.store(0, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("rolled back");
}

void roll_back_copy(Attachment& live, const Memory& copy, std::size_t index) {
    const layout::CheckpointRecord& target = checkpoint_record(copy, index);
    for (std::uint32_t i = 0; i < copy.shard_count; ++i)
        PutBack(LockedShard::of_copy(live, copy, i), target, Bytes::ignored).run();
    restore_header(*copy.superblock, target);
}

}  // namespace dummycache::store
