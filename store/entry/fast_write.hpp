// SPDX-License-Identifier: MIT
// The usual write: a small entry into a shard whose lock is free and whose page has room. No checkpoint is
// held and nothing has to be repaired. The key has a slot, or there is a free one. Every unusual case is
// noticed before any visible change, and is left to write.cpp.
//
// The steps are those of the careful path, and the same functions: begin_write and end_write
// (shard/write_section), the bytes (log/append), move, publish, mark_dead (layout/truth), take_off_live.
// This path skips four things, after it has found that it may: it makes no room; it writes no undo record,
// as no checkpoint is held; it does not look twice at a deadline or an era; it frees no overflow pages, as
// the old entry has none.
//
// A set waits for memory twice, as a get does: for the bucket, and for the old entry, whose key has to be
// compared. Meanwhile the processor executes later instructions, some three hundred of them, unless they
// need the awaited bytes. So the new entry is appended between the two waits, right after the prefetch of
// the old one. Little is left to do after the second wait, so that the next set can ask for its bucket
// before this one is over.
#pragma once

#include "ipc/process/owner_lock.hpp"
#include "store/checkpoint/undo.hpp"
#include "store/entry/fast_read.hpp"
#include "store/history/write_times.hpp"
#include "store/index/index.hpp"
#include "store/log/append.hpp"
#include "store/log/log.hpp"
#include "store/shard/watch.hpp"
#include "store/shard/write_section.hpp"

namespace dummycache::store {

/// The slot of a key's entry.
struct FastSlot {
    layout::Bucket* bucket = nullptr;  ///< null: there is none, or the case is too unusual for a fast write
    bool absent = false;
    unsigned slot = 0;
    std::uint64_t word = 0;
};

/// The small entry of a key; `bytes` is 0 if the key's entry is unusual.
struct FastEntry {
    EntryRef at;
    std::uint64_t deadline_word = 0;
    std::uint64_t era = 0;
    std::uint64_t bytes = 0;
};

/// True if the cache was not removed, no rollback has to be finished, and no checkpoint is held.
[[nodiscard, gnu::always_inline]] inline bool is_usual_shard(const LockedShard& shard) noexcept {
    const layout::Superblock& superblock = *shard.memory.superblock;
    const std::uint64_t not_ready = superblock.state.load(std::memory_order_acquire) ^
                                    static_cast<std::uint64_t>(layout::SegmentState::ready);
    const layout::Shard& s = shard.shard;
    return (not_ready | superblock.rollback_target.load(std::memory_order_acquire) |
            s.undo_count.load(std::memory_order_relaxed) | s.undo_head.load(std::memory_order_relaxed) |
            superblock.depth.load(std::memory_order_relaxed)) == 0;
}

/// The slot with the key's tag. Prefetches its entry.
[[nodiscard, gnu::always_inline]] inline FastSlot fast_slot_locked(const Memory& memory,
                                                                   const KeyHash& hash) noexcept {
    const std::uint32_t committed = memory.committed();
    const std::uint32_t link = directory_word_of(memory, hash).load(std::memory_order_relaxed);
    layout::IndexPage* const page = index_page_at(memory, link, committed);
    if (page == nullptr) return {};
    layout::IndexPage& index = *page;
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
    const std::byte* const header = memory.arena + entry.offset();
    __builtin_prefetch(header);
    __builtin_prefetch(header + layout::kCacheLine);  // where the key may end
    return {bucket, false, slot, word};
}

/// Whether the old and the new entry do not overlap. In a damaged segment they may.
[[nodiscard, gnu::always_inline]] inline bool lie_apart(const EntryRef& old, const EntryRef& in,
                                                        std::uint64_t in_bytes) noexcept {
    constexpr std::uint64_t kHeader = sizeof(layout::EntryHeader);
    return old.offset() + kHeader - in.offset() - 1 >= kHeader - 1 + in_bytes;
}

/// The entry that the slot leads to, if it is small, has this key, and was not cleared. `in` is the new
/// entry of the key.
[[nodiscard, gnu::always_inline]] inline FastEntry fast_entry_locked(const LockedShard& shard,
                                                                     std::uint64_t word, std::string_view key,
                                                                     const EntryRef& in,
                                                                     std::uint64_t in_bytes) noexcept {
    const EntryRef at = EntryRef::of_slot(shard.memory, word);
    const std::uint64_t deadline_word = at.deadline_word();
    const Lengths lengths = at.lengths();
    const std::uint64_t era = at.era();
    if (!lie_apart(at, in, in_bytes) || !is_small_in_page(at.offset(), deadline_word, lengths, key.size()) ||
        era < shard.clear_era() || !equal_bytes(at.key(0), key.data(), key.size()))
        return {at};
    return {at, deadline_word, era, entry_bytes(lengths, deadline_word)};
}

// Rare cases have functions of their own, which take copies. If they took references, the objects would
// have to be in memory instead of registers.
[[gnu::noinline]] inline void free_if_empty_fast_locked(LockedShard shard, std::uint32_t page) {
    free_if_empty_locked(shard, page);
}

/// Replaces an unusual entry by `in`, which was appended. False: the slot leads to no entry of this key,
/// and `in` is dead.
[[gnu::noinline]] inline bool replace_unusual_locked(LockedShard shard, KeyHash hash, NewEntry entry,
                                                     EntryRef in) {
    const auto found = find_locked(shard, hash, entry.key);
    const EntryRef old = found ? EntryRef::of_slot(shard.memory, found->word()) : in;
    if (!lie_apart(old, in, entry.bytes())) {
        if (found) shard.mark_damaged();
        drop_entry_locked(shard, in, false);
        return false;
    }
    replace_locked(shard, *found, found->word(), in.offset(), false);
    increase(shard.shard.sets, 1);
    return true;
}

/// drop_entry_locked for a small entry. Called after its slot leads elsewhere.
[[gnu::always_inline]] inline void drop_small_locked(const LockedShard& shard, const FastEntry& entry) {
    mark_dead(entry.at.header(), entry.deadline_word);
    if (entry.era < shard.counted_era()) return;
    take_off_live(shard, entry.at.page(), entry.bytes);
    if (shard.memory.info(entry.at.page()).live.load(std::memory_order_relaxed) == 0) [[unlikely]]
        free_if_empty_fast_locked(shard, entry.at.page());
}

/// Inserts a key that is absent. False: no slot is free.
[[gnu::noinline]] inline bool insert_fast_locked(LockedShard shard, KeyHash hash, NewEntry entry) {
    const auto free = free_slot_locked(shard, hash);
    if (!free) return false;
    insert_locked(shard, *free, hash, append_plain_locked(shard, entry));
    increase(shard.shard.entries, 1);
    increase(shard.shard.sets, 1);
    return true;
}

/// Replaces the entry of a key that probably has a slot. False: it has none.
[[gnu::always_inline]] inline bool replace_fast_locked(const LockedShard& shard, const FastSlot& slot,
                                                       const KeyHash& hash, const NewEntry& entry,
                                                       std::uint64_t bytes) {
    const EntryRef in(shard.memory, append_plain_locked(shard, entry));
    const FastEntry old = fast_entry_locked(shard, slot.word, entry.key, in, bytes);
    if (old.bytes == 0) [[unlikely]]
        return replace_unusual_locked(shard, hash, entry, in);
    move(*slot.bucket, slot.slot, in.offset());
    drop_small_locked(shard, old);
    increase(shard.shard.sets, 1);
    return true;
}

/// The part between begin_write and end_write. False: the content of the cache did not change.
[[nodiscard, gnu::always_inline]] inline bool put_fast_locked(const LockedShard& shard, const KeyHash& hash,
                                                              const NewEntry& entry) {
    const std::uint64_t bytes = entry.bytes();
    if (!is_usual_shard(shard) || !has_room_locked(shard, layout::kNursery, bytes)) return false;
    const FastSlot slot = fast_slot_locked(shard.memory, hash);
    if (slot.absent) return insert_fast_locked(shard, hash, entry);
    if (slot.bucket == nullptr) return false;
    return replace_fast_locked(shard, slot, hash, entry, bytes);
}

/// The part under the lock, which lock_if_free has taken.
[[nodiscard, gnu::always_inline]] inline bool write_section_fast_locked(const LockedShard& shard,
                                                                        const KeyHash& hash,
                                                                        const NewEntry& entry) {
    const bool has_no_number = shard.self.client() == layout::kNoClient;
    if (shard.shard.dirty.load(std::memory_order_relaxed) != 0 || has_no_number) [[unlikely]]
        return false;
    begin_write(shard);
    const bool stored = put_fast_locked(shard, hash, entry);
    end_write(shard);
    return stored;
}

/// Stores an entry without overflow pages and without checksum. Does not wait for a lock. False: the
/// content of the cache did not change, and the caller has to use the careful path.
[[nodiscard, gnu::always_inline]] inline bool write_fast(Attachment& attachment, const KeyHash& hash,
                                                         const NewEntry& entry) {
    prefetch_buckets(attachment.memory, hash);  // they arrive while the lock is taken
    const LockedShard shard = LockedShard::of(attachment, hash.shard);
    if (wants_write_time(shard.shard)) [[unlikely]]
        return false;
    if (!ipc::lock_if_free(shard.shard.lock, shard.self)) return false;
    DUMMYCACHE_KILL_POINT("shard locked");
    const bool stored = write_section_fast_locked(shard, hash, entry);
    ipc::unlock_if_alone(shard.shard.lock, shard.self);
    DUMMYCACHE_KILL_POINT("shard unlocked");
    if (stored) wake_waiters(shard.shard);
    return stored;
}

}  // namespace dummycache::store
