// SPDX-License-Identifier: MIT
#include "store/rollback.hpp"

#include <array>
#include <string>
#include <vector>

#include "store/chain.hpp"
#include "store/entry_walk.hpp"
#include "store/index.hpp"
#include "store/log.hpp"
#include "store/truth.hpp"
#include "store/undo.hpp"

namespace dummycache::store {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

/// What becomes of the entries beside their slots.
enum class Bytes : std::uint8_t {
    counted,  ///< live bytes and dead ones, as in any write
    ignored,  ///< in a copy that is thrown away
};

/// Step 2 of one shard.
class PutBack {
public:
    PutBack(const LockedShard& shard, const layout::CheckpointRecord& target, Bytes bytes)
        : shard_(shard),
          era_(target.era.load(kRelaxed)),
          begin_(target.marks[shard.number].load(kRelaxed)),
          end_(shard.shard.undo_count.load(kRelaxed)),
          sweeps_(target.sweeps.load(kRelaxed) != 0),
          bytes_(bytes) {}

    void run() {
        each([this](const KeyHash& hash, std::uint64_t word) { restore(hash, word); });
        if (sweeps_)
            sweep();
        else
            each([this](const KeyHash& hash, std::uint64_t) { remove_newer(hash); });
        each([this](const KeyHash& hash, std::uint64_t word) { restore(hash, word); });
    }

private:
    struct Change {
        KeyHash hash;
        std::uint64_t word;
    };
    static constexpr std::size_t kAtOnce = 64;

    /// What putting an entry back reads and writes at first.
    void prefetch(const Change& change) const noexcept {
        const std::uint32_t page =
            shard_.memory.directory(shard_.number)[change.hash.directory_word(shard_.memory)].load(kRelaxed);
        if (page == 0 || page > shard_.memory.committed()) return;
        const layout::IndexPage& index = shard_.memory.index_page(page - 1);
        const std::uint32_t bucket =
            (change.word & layout::kSecondChoice) != 0 ? change.hash.second : change.hash.first;
        __builtin_prefetch(&index.buckets[bucket], 1);
        if (change.word != 0) {
            prefetch_entry(shard_.memory, change.word);
            __builtin_prefetch(&shard_.memory.info(EntryRef::of_slot(shard_.memory, change.word).page()), 1);
        }
    }

    /// Visits records some at a time, so that what they lead to comes from memory side by side.
    template <class Visit>
    void each(Visit&& visit) {
        std::size_t count = 0;
        const auto visit_some = [&] {
            for (std::size_t i = 0; i < count; ++i) prefetch_entry_of(shard_.memory, changes_[i].hash);
            for (std::size_t i = 0; i < count; ++i) visit(changes_[i].hash, changes_[i].word);
            count = 0;
        };
        const auto collect = [&](const layout::UndoRecord& record, std::uint64_t) {
            changes_[count] = {split_hash(shard_.memory, record.hash.load(kRelaxed)),
                               record.word.load(kRelaxed)};
            prefetch(changes_[count]);
            if (++count == kAtOnce) visit_some();
            return true;
        };
        if (!each_record(shard_.memory, shard_.shard, begin_, end_, collect)) shard_.suspect();
        visit_some();
    }

    void restore(const KeyHash& hash, std::uint64_t word) {
        if (word == 0) return;
        const EntryRef old = EntryRef::of_slot(shard_.memory, word);
        if (!old.fits(shard_.memory.committed())) return shard_.suspect();
        if (old.era() >= era_ || find_offset_locked(shard_, hash, old.offset())) return;
        layout::IndexPage* const page = index_page_of(shard_, hash);
        if (page == nullptr) return shard_.suspect();
        const bool second = (word & layout::kSecondChoice) != 0;
        const std::uint32_t number = second ? hash.second : hash.first;
        const auto slot = place_for(*page, number, hash, old);
        if (!slot) return;
        const std::uint64_t newer = slot->word();
        if (second) mark_spilled(page->buckets[hash.first]);
        if (newer == 0) slot->mark().store(0, kRelaxed);
        publish(slot->bucket(), slot->slot, word);
        if (bytes_ == Bytes::ignored) return;
        increase(shard_.memory.info(old.page()).live, old.bytes());
        increase(shard_.shard.live_bytes, old.bytes());
        if (newer != 0) drop_entry_locked(shard_, EntryRef::of_slot(shard_.memory, newer), true);
    }

    /// The slot of the newer entry with the same key, or else a free one.
    std::optional<SlotRef> place_for(layout::IndexPage& page, std::uint32_t number, const KeyHash& hash,
                                     const EntryRef& old) {
        key_.resize(old.lengths().key);
        if (!copy_key(shard_.memory, old, old.due(), old.lengths(),
                      reinterpret_cast<std::byte*>(key_.data())))
            return std::nullopt;
        std::optional<SlotRef> free;
        for (unsigned i = 0; i < layout::kSlots; ++i) {
            const SlotRef slot{&page, number, i};
            if (slot.word() == 0) {
                if (!free) free = slot;
            } else if (is_newer(slot.word(), hash) && has_key(slot.word(), hash)) {
                return slot;
            }
        }
        return free;
    }

    void remove_newer(const KeyHash& hash) {
        layout::IndexPage* const page = index_page_of(shard_, hash);
        if (page == nullptr) return;
        for (const std::uint32_t number : {hash.first, hash.second}) {
            for (unsigned i = 0; i < layout::kSlots; ++i) {
                const SlotRef slot{page, number, i};
                const std::uint64_t word = slot.word();
                if (word == 0 || !is_newer(word, hash)) continue;
                remove(EntryRef::of_slot(shard_.memory, word), slot);
            }
            if (!is_spilled(page->buckets[number])) return;  // none is in the second one
        }
    }

    /// Pass B for a checkpoint without records of new keys.
    void sweep() {
        std::vector<bool> seen(shard_.memory.pages, false);
        for (const std::uint32_t number : index_pages_of(shard_.memory, shard_.number, seen)) {
            each_entry_locked(shard_, number, [&](const EntryRef& entry, const SlotRef& slot) {
                if (entry.era() >= era_) remove(entry, slot);
            });
        }
    }

    void remove(const EntryRef& entry, const SlotRef& slot) {
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
        return key_equals(shard_.memory, entry, entry.due(), entry.lengths().key, key_, hash.value);
    }

    const LockedShard& shard_;
    std::uint64_t era_;
    std::uint64_t begin_;
    std::uint64_t end_;
    bool sweeps_;
    Bytes bytes_;
    std::string key_;
    std::array<Change, kAtOnce> changes_;
};

void restore_header(layout::Superblock& superblock, const layout::CheckpointRecord& target) noexcept {
    superblock.clear_era.store(target.clear_era.load(kRelaxed), std::memory_order_release);
    DUMMYCACHE_KILL_POINT("clear era restored");
    superblock.clock.store(target.clock.load(kRelaxed), std::memory_order_release);
    DUMMYCACHE_KILL_POINT("clock restored");
}

}  // namespace

void finish_rollback_locked(const std::vector<ShardGuard>& shards) {
    const Memory& memory = shards.front().locked().memory;
    layout::Superblock& superblock = *memory.superblock;
    const std::uint64_t rolling = superblock.rolling.load(kRelaxed);
    if (rolling != 0 && rolling <= checkpoint_depth(memory) &&
        !is_lost(memory, checkpoint_record(memory, rolling - 1))) {
        const layout::CheckpointRecord& target = checkpoint_record(memory, rolling - 1);
        for (const ShardGuard& shard : shards) PutBack(shard.locked(), target, Bytes::counted).run();
        restore_header(superblock, target);
        for (const ShardGuard& guard : shards) {
            const LockedShard& shard = guard.locked();
            forget_undo_locked(shard, target.marks[shard.number].load(kRelaxed), Noted::brought_back);
            shard.shard.entries.store(target.entries[shard.number].load(kRelaxed), kRelaxed);
        }
        // A bulk write's own checkpoint goes with it.
        const bool sweeps = target.sweeps.load(kRelaxed) != 0;
        superblock.depth.store(sweeps ? rolling - 1 : rolling, std::memory_order_release);
        DUMMYCACHE_KILL_POINT("depth restored");
        superblock.era.fetch_add(1, std::memory_order_release);
    }
    superblock.rolling.store(0, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("rolled back");
}

void roll_back_copy(const Memory& copy, ipc::PageArena& arena, ipc::Membership& self, std::size_t index) {
    const layout::CheckpointRecord& target = checkpoint_record(copy, index);
    for (std::uint32_t i = 0; i < copy.shard_count; ++i)
        PutBack({copy, arena, self, copy.shards[i], i}, target, Bytes::ignored).run();
    restore_header(*copy.superblock, target);
}

}  // namespace dummycache::store
