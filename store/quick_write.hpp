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

/// Where a key's entry is led to from.
struct QuickSlot {
    layout::Bucket* bucket = nullptr;  ///< null: there is none, or this is nothing for a quick write
    bool absent = false;
    unsigned slot = 0;
    std::uint64_t word = 0;
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

/// The slot of a small entry with this key that can be seen.
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
    if (found == 0) return {nullptr, true};
    const auto slot = static_cast<unsigned>(__builtin_ctz(found));
    const std::uint64_t word = bucket->slots[slot].load(std::memory_order_relaxed);
    const EntryRef entry = EntryRef::of_slot(memory, word);
    if ((found & (found - 1)) != 0 || entry.page() >= committed ||
        entry.offset_in_page() > layout::kPageBytes - sizeof(layout::EntryHeader))
        return {};
    const bool usual = is_small_in_page(entry.offset(), entry.due(), entry.lengths(), key.size()) &&
                       entry.era() >= shard.clear_era() && equal_bytes(entry.key(0), key.data(), key.size());
    if (!usual) return {};
    return {bucket, false, slot, word};
}

// What is rare has functions of its own, which take copies: an object whose address is given away has to lie in memory.
[[gnu::noinline]] inline void free_if_empty_quickly_locked(LockedShard shard, std::uint32_t page) {
    free_if_empty_locked(shard, page);
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
        free_if_empty_quickly_locked(shard, entry.page());
}

/// Of a key that is not there. False: no slot is free.
[[gnu::noinline]] inline bool insert_quickly_locked(LockedShard shard, KeyHash hash, NewEntry entry) {
    const auto free = free_slot_locked(shard, hash);
    if (!free) return false;
    insert_locked(shard, *free, hash, append_plain_locked(shard, entry));
    increase(shard.shard.entries, 1);
    increase(shard.shard.sets, 1);
    return true;
}

/// Of a key that has a slot. The open page has room.
[[gnu::always_inline]] inline void replace_quickly_locked(const LockedShard& shard, const QuickSlot& at,
                                                          const NewEntry& entry) {
    move(*at.bucket, at.slot, append_plain_locked(shard, entry));
    drop_small_locked(shard, EntryRef::of_slot(shard.memory, at.word));
    increase(shard.shard.sets, 1);
}

/// Inside a write. False: nothing was changed.
[[nodiscard, gnu::always_inline]] inline bool store_quickly_locked(const LockedShard& shard,
                                                                   const KeyHash& hash,
                                                                   const NewEntry& entry) {
    if (!is_usual_shard(shard) || !has_room_locked(shard, layout::kFresh, entry.bytes())) return false;
    const QuickSlot at = quick_slot_of(shard, hash, entry.key);
    if (at.absent) return insert_quickly_locked(shard, hash, entry);
    if (at.bucket == nullptr) return false;
    replace_quickly_locked(shard, at, entry);
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
    prefetch_buckets(memory, hash);  // they come while the lock is taken
    const LockedShard shard{memory, arena, self, memory.shards[hash.shard], hash.shard};
    if (!ipc::lock_if_free(shard.shard.lock, self)) return false;
    DUMMYCACHE_KILL_POINT("shard locked");
    const bool stored = write_quickly_locked(shard, hash, entry);
    ipc::unlock_if_alone(shard.shard.lock, self);
    DUMMYCACHE_KILL_POINT("shard unlocked");
    if (stored) changed(shard.shard);
    return stored;
}

}  // namespace dummycache::store
