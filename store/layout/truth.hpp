// SPDX-License-Identifier: MIT
// Every store to the truth of a shard. No other file in store/ changes a slot, a version, a directory word, a `fill`, an
// owner word or an undo record that other processes can see. So a test that kills a process between any two of these
// stores covers every possible death.
//
// Bytes that no other process can reach yet are written elsewhere: an entry above `fill` (log/append), an index page before
// its first directory word (index/split), a page of undo records before the list leads to it (checkpoint/undo), a fork
// without a name (cache/fork_copy). The truth of the whole cache (eras, depth, rollback_target) is stored under the locks
// of all shards: cache/clear, cache/checkpoints, cache/bulk_writer, checkpoint/rollback.
//
// Sync points, by name (each is written at both ends):
//   SLOT     slot.store(release) in publish/move   -> slot.load(acquire) in the reader: whole entry
//   VERSION  version.store(release) in bump_version -> version re-read after fence(acquire) in the
//            reader: a reader that saw a byte written after the bump sees the bump
//   REUSE    fence(release) before the first byte of an entry (begin_bytes) -> fence(acquire) after
//            the reader's copy
//   DIR      directory word store(release) in a split -> load(acquire) in the reader: whole page
#pragma once

#include "ipc/kill_point.hpp"
#include "ipc/segment/page_arena.hpp"
#include "store/layout/copy_bytes.hpp"
#include "store/layout/layout.hpp"

namespace dummycache::store {

/// Called before the first byte is written into memory that readers may have seen with other content.
inline void begin_bytes() noexcept { fence_release(); }  // REUSE

/// Entries below `fill` are whole and may be walked.
inline void extend_fill(layout::PageInfo& page, std::uint32_t fill) noexcept {
    DUMMYCACHE_KILL_POINT("entry written");
    page.fill.store(fill, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("fill extended");
}

/// Makes readers that have looked at this bucket look again. Must follow every change that takes an entry
/// away from a slot. Keeps the spill bit, or sets it to `spilled`.
inline void bump_version(layout::Bucket& bucket) noexcept {
    const std::uint64_t version = bucket.version.load(std::memory_order_relaxed);
    bucket.version.store(version + layout::kVersionStep, std::memory_order_release);  // VERSION
    DUMMYCACHE_KILL_POINT("version bumped");
}
inline void bump_version(layout::Bucket& bucket, bool spilled) noexcept {
    const std::uint64_t version = bucket.version.load(std::memory_order_relaxed) & ~layout::kSpilled;
    bucket.version.store(version + layout::kVersionStep + (spilled ? layout::kSpilled : 0),
                         std::memory_order_release);  // VERSION
    DUMMYCACHE_KILL_POINT("version bumped");
}

/// Called before a key is published in its second bucket. From now on a miss looks there, too.
inline void mark_spilled(layout::Bucket& first) noexcept {
    const std::uint64_t version = first.version.load(std::memory_order_relaxed);
    if ((version & layout::kSpilled) != 0) return;
    first.version.store(version | layout::kSpilled, std::memory_order_release);  // VERSION
    DUMMYCACHE_KILL_POINT("bucket marked as spilled");
}

inline void store_slot(layout::Bucket& bucket, unsigned slot, std::uint64_t word) noexcept {
    DUMMYCACHE_KILL_POINT("before the slot is stored");
    bucket.slots[slot].store(word, std::memory_order_release);  // SLOT
    DUMMYCACHE_KILL_POINT("slot stored");
}

/// The commit of every write: the slot leads to the new entry, and to the old one no more.
inline void publish(layout::Bucket& bucket, unsigned slot, std::uint64_t word) noexcept {
    const bool replaces = bucket.slots[slot].load(std::memory_order_relaxed) != 0;
    store_slot(bucket, slot, word);
    if (replaces) bump_version(bucket);
}

/// Empties a slot. The caller bumps the bucket's version, once for all slots that it empties.
inline void empty_slot(layout::Bucket& bucket, unsigned slot) noexcept {
    bucket.slots[slot].store(0, std::memory_order_release);  // SLOT
}

/// The commit of every delete.
inline void unpublish(layout::Bucket& bucket, unsigned slot) noexcept {
    DUMMYCACHE_KILL_POINT("before the slot is emptied");
    empty_slot(bucket, slot);
    DUMMYCACHE_KILL_POINT("slot emptied");
    bump_version(bucket);
}

/// Makes a slot lead to the new place of its key's entry, which is whole and below `fill`. The slot is not
/// empty.
inline void move(layout::Bucket& bucket, unsigned slot, std::uint64_t new_offset) noexcept {
    const std::uint64_t word = bucket.slots[slot].load(std::memory_order_relaxed);
    store_slot(bucket, slot, (word & ~layout::kOffsetMask) | new_offset / 8);
    bump_version(bucket);
}

/// Marks an entry as dead, so that reclaim skips it. Called after its slot leads elsewhere and its bucket
/// was bumped. A release store: if a reader takes this word for a byte of its entry, it also sees the bump
/// before it, and looks again.
inline void mark_dead(layout::EntryHeader& entry, std::uint64_t deadline_word) noexcept {
    entry.deadline_word.store(deadline_word | layout::kDead, std::memory_order_release);
}

/// The commit of a touch that writes no copy.
inline void store_deadline(layout::EntryHeader& entry, std::uint64_t deadline_word) noexcept {
    DUMMYCACHE_KILL_POINT("before a deadline is stored");
    entry.deadline_word.store(deadline_word, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("deadline stored");
}

/// Gives a page back to the arena, where every shard and process can claim it. No slot leads into it, and
/// each bucket whose slot did was bumped.
inline void give_page(ipc::PageArena& arena, std::uint32_t page) {
    DUMMYCACHE_KILL_POINT("before a page is given back");
    arena.give_back(page);
    DUMMYCACHE_KILL_POINT("page given back");
}

/// Empties a page that this shard owns, for new entries. The same conditions as for give_page.
inline void empty_page(layout::PageInfo& page) noexcept {
    page.fill.store(layout::kFirstEntry, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("page emptied");
}

/// Changes the kind of a page that this process or shard owns.
inline void retype_page(layout::PageInfo& page, std::uint64_t owner) noexcept {
    DUMMYCACHE_KILL_POINT("before a page changes its kind");
    page.owner.store(owner, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("page changed its kind");
}

/// Makes a directory word lead to `page`, which holds all keys of the word already.
inline void set_directory(layout::DirectoryWord& word, std::uint32_t page) noexcept {
    word.store(page + 1, std::memory_order_release);  // DIR
    DUMMYCACHE_KILL_POINT("directory word stored");
}

/// Makes a directory word lead to no page. Used for a word that leads to a wrong place because of damage.
inline void clear_directory(layout::DirectoryWord& word) noexcept {
    word.store(0, std::memory_order_release);  // DIR
}

/// Stores the depth of an index page: the number of low tag bits in which all directory words of the page
/// agree.
inline void set_depth(layout::PageInfo& page, std::uint32_t depth) noexcept {
    page.fill.store(depth, std::memory_order_release);
}

/// Appends an undo record: what the key's slot was. After this the slot may change.
inline void append_undo(layout::UndoRecord& record, std::atomic<std::uint64_t>& count, std::uint64_t hash,
                        std::uint64_t word) noexcept {
    begin_bytes();  // REUSE
    record.hash.store(hash, std::memory_order_relaxed);
    record.word.store(word, std::memory_order_relaxed);
    DUMMYCACHE_KILL_POINT("undo record written");
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("undo record counted");
}

/// Removes an undo record that is not needed: the last record takes its place.
inline void retract(layout::UndoRecord& record, const layout::UndoRecord& last,
                    std::atomic<std::uint64_t>& count) noexcept {
    record.hash.store(last.hash.load(std::memory_order_relaxed), std::memory_order_release);
    DUMMYCACHE_KILL_POINT("undo record half replaced");
    record.word.store(last.word.load(std::memory_order_relaxed), std::memory_order_release);
    DUMMYCACHE_KILL_POINT("undo record replaced");
    count.store(count.load(std::memory_order_relaxed) - 1, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("undo record retracted");
}

/// Keeps only the first `count` records. If the process dies after that, a repair frees what the others
/// kept.
inline void cut_undo(layout::Shard& shard, std::uint64_t count) noexcept {
    shard.undo_count.store(count, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("undo records forgotten");
}

/// Changes a record whose entry is not sound into one that says "there was no entry".
inline void empty_undo(layout::UndoRecord& record) noexcept {
    record.word.store(0, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("unsound undo record emptied");
}

/// Marks all held checkpoints as lost. Called before the first change that gets no undo record.
inline void lose_eras(layout::Superblock& superblock) noexcept {
    superblock.lost_era.store(superblock.era.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("checkpoints lost");
}

/// Stores the newest page of undo records; page + 1, or 0.
inline void set_undo_head(layout::Shard& shard, std::uint32_t link) noexcept {
    shard.undo_head.store(link, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("undo page linked");
}

}  // namespace dummycache::store
