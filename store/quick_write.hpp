// SPDX-License-Identifier: MIT
// The usual write, and nothing else: a small entry into a shard whose lock is free, whose page has room, where
// nothing is held, nothing is to be repaired, and the key is there or has a free slot. Whatever is unusual is found
// out before anything is changed, and left to Engine::write. The order of stores is the same: those of ShardGuard
// around those of Engine::store_locked, by the same functions of truth.hpp.
#pragma once

#include "ipc/owner_lock.hpp"
#include "store/append.hpp"
#include "store/checkpoint.hpp"
#include "store/index.hpp"
#include "store/quick_read.hpp"
#include "store/undo.hpp"
#include "store/watch.hpp"

namespace dummycache::store {

/// Where a key's entry is led to from, or could be.
struct QuickSlot {
    layout::Bucket* bucket = nullptr;  ///< of an entry that is there
    unsigned slot = 0;
    std::uint64_t word = 0;
    std::optional<SlotRef> free{};  ///< for a new one; neither: this is nothing for a quick write
};

/// The cache was not removed, no rollback is to be finished, nothing is held that has to be noted first.
[[nodiscard, gnu::always_inline]] inline bool is_usual_shard(const LockedShard& shard) noexcept {
    const layout::Superblock& superblock = *shard.memory.superblock;
    const std::uint64_t not_ready = superblock.state.load(std::memory_order_acquire) ^
                                    static_cast<std::uint64_t>(layout::SegmentState::ready);
    const layout::Shard& s = shard.shard;
    return (not_ready | superblock.rolling.load(std::memory_order_acquire) |
            s.undo_count.load(std::memory_order_relaxed) | s.undo_head.load(std::memory_order_relaxed) |
            superblock.depth.load(std::memory_order_relaxed)) == 0;
}

/// The slot of a small entry with this key that can be seen, or one for a new entry.
[[nodiscard, gnu::always_inline]] inline QuickSlot quick_slot_of(const LockedShard& shard,
                                                                 const KeyHash& hash,
                                                                 std::string_view key) noexcept {
    const Memory& memory = shard.memory;
    const std::uint32_t committed = memory.committed();
    const std::uint32_t page =
        memory.directory(hash.shard)[hash.directory_word(memory)].load(std::memory_order_relaxed);
    if (page - 1 >= committed) return {};
    layout::IndexPage& index = memory.index_page(page - 1);
    layout::Bucket* bucket = &index.buckets[hash.first];
    unsigned found = slots_with_tag(*bucket, hash.tag);
    if (found == 0 && (bucket->version.load(std::memory_order_relaxed) & layout::kSpilled) != 0) {
        bucket = &index.buckets[hash.second()];
        found = slots_with_tag(*bucket, hash.tag);
    }
    if (found == 0) {
        QuickSlot place;
        place.free = free_slot_locked(shard, hash);
        return place;
    }
    const auto slot = static_cast<unsigned>(__builtin_ctz(found));
    const std::uint64_t word = bucket->slots[slot].load(std::memory_order_relaxed);
    const EntryRef entry = EntryRef::of_slot(memory, word);
    if ((found & (found - 1)) != 0 || entry.page() >= committed ||
        entry.offset_in_page() > layout::kPageBytes - sizeof(layout::EntryHeader))
        return {};
    const bool usual = is_small_in_page(entry.offset(), entry.due(), entry.lengths(), key.size()) &&
                       entry.era() >= shard.clear_era() && equal_bytes(entry.key(0), key.data(), key.size());
    return usual ? QuickSlot{bucket, slot, word, {}} : QuickSlot{};
}

/// What happens to a small entry once its slot leads elsewhere: drop_entry_locked.
[[gnu::always_inline]] inline void drop_small_locked(const LockedShard& shard, const EntryRef& entry) {
    entry.header().due.store(entry.due() | layout::kDead, std::memory_order_release);  // as in bury_locked
    if (entry.era() < shard.counted_era()) return;
    const std::uint64_t bytes = entry.bytes();
    layout::PageInfo& info = shard.memory.info(entry.page());
    decrease(info.live, bytes);
    decrease(shard.shard.live_bytes, bytes);
    if (info.live.load(std::memory_order_relaxed) == 0) [[unlikely]]
        free_if_empty_locked(shard, entry.page());
}

/// Inside a write. False: nothing was changed.
[[nodiscard, gnu::always_inline]] inline bool store_quickly_locked(const LockedShard& shard,
                                                                   const KeyHash& hash,
                                                                   const NewEntry& entry) {
    if (!is_usual_shard(shard) || !has_room_locked(shard, layout::kFresh, entry.bytes())) return false;
    const QuickSlot at = quick_slot_of(shard, hash, entry.key);
    if (at.bucket == nullptr && !at.free) return false;
    const std::uint64_t offset = append_plain_locked(shard, entry);
    if (at.bucket != nullptr) {
        move(*at.bucket, at.slot, offset);
        drop_small_locked(shard, EntryRef::of_slot(shard.memory, at.word));
    } else {
        insert_locked(shard, *at.free, hash, offset);
        increase(shard.shard.entries, 1);
    }
    increase(shard.shard.sets, 1);
    return true;
}

/// Under the lock, as ShardGuard's enter and leave do it: whether the cache was removed is asked after `dirty`.
[[nodiscard, gnu::always_inline]] inline bool write_quickly_locked(const LockedShard& shard,
                                                                   const KeyHash& hash,
                                                                   const NewEntry& entry) {
    std::atomic<std::uint64_t>& dirty = shard.shard.dirty;
    if (dirty.load(std::memory_order_relaxed) != 0) [[unlikely]]
        return false;
    dirty.store(layout::kInWrite, std::memory_order_relaxed);
    fence_release();  // REUSE
    DUMMYCACHE_KILL_POINT("shard dirty");
    const bool stored = store_quickly_locked(shard, hash, entry);
    DUMMYCACHE_KILL_POINT("before a shard is clean");
    if (dirty.load(std::memory_order_relaxed) != layout::kSuspect) [[likely]]
        dirty.store(0, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("shard clean");
    return stored;
}

/// Stores an entry without chain and checksum. False: nothing was changed, and Engine::write is to do it.
[[nodiscard, gnu::always_inline]] inline bool write_quickly(const Memory& memory, ipc::PageArena& arena,
                                                            ipc::Membership& self, const KeyHash& hash,
                                                            const NewEntry& entry) {
    prefetch_bucket(memory, hash);  // it comes while the lock is taken
    const LockedShard shard{memory, arena, self, memory.shards[hash.shard], hash.shard};
    if (!ipc::lock_if_free(shard.shard.lock, self)) return false;
    DUMMYCACHE_KILL_POINT("shard locked");
    const bool stored = write_quickly_locked(shard, hash, entry);
    ipc::unlock(shard.shard.lock, self);
    DUMMYCACHE_KILL_POINT("shard unlocked");
    if (stored) changed(shard.shard);
    return stored;
}

}  // namespace dummycache::store
