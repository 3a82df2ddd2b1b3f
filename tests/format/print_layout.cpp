// SPDX-License-Identifier: MIT
// Prints the size, alignment and offsets of everything that lies in a segment, and the constants that
// say how words are packed. A change of what it prints is a change of the layout.
#include "store/layout/layout.hpp"

#include "printing.hpp"

namespace {

void print_identity() {
    STRUCT(Identity);
    FIELD(Identity, magic);
    FIELD(Identity, layout_version);
    FIELD(Identity, byte_order);
    FIELD(Identity, layout_hash);
    FIELD(Identity, segment_bytes);
    FIELD(Identity, capacity_bytes);
    FIELD(Identity, superblock_offset);
    FIELD(Identity, process_table_offset);
    FIELD(Identity, free_map_offset);
    FIELD(Identity, page_table_offset);
    FIELD(Identity, arena_offset);
    FIELD(Identity, pages);
    FIELD(Identity, page_bytes);
    FIELD(Identity, process_slots);
    FIELD(Identity, kind);
    FIELD(Identity, mode);
    FIELD(Identity, uid);
    FIELD(Identity, padding);
    FIELD(Identity, created_us);
    FIELD(Identity, boot_realtime_us);
    FIELD(Identity, boot_id);
    FIELD(Identity, store);
    FIELD(Identity, secret);
    FIELD(Identity, client_table_offset);
    FIELD(Identity, control_hash);
    FIELD(Identity, identity_hash);
}

void print_superblock() {
    STRUCT(Superblock);
    FIELD(Superblock, clear_era);
    FIELD(Superblock, era);
    FIELD(Superblock, rollback_target);
    FIELD(Superblock, lost_era);
    FIELD(Superblock, depth);
    FIELD(Superblock, clock);
    FIELD(Superblock, committed);
    FIELD(Superblock, state);
    FIELD(Superblock, all_shards_lock);
    FIELD(Superblock, progress);
    FIELD(Superblock, marking);
    FIELD(Superblock, journal);
    FIELD(Superblock, free_hint);
    FIELD(Superblock, stagers);
    FIELD(Superblock, clears);
    FIELD(Superblock, counted_era);
    FIELD(Superblock, pages_filled);
    FIELD(Superblock, retired);
    FIELD(Superblock, checkpoints);
}

void print_processes_and_pages() {
    STRUCT(ObjectHeader);
    FIELD(ObjectHeader, offset);
    FIELD(ObjectHeader, bytes);
    FIELD(ObjectHeader, name);
    STRUCT(ReadCounters);
    FIELD(ReadCounters, hits);
    FIELD(ReadCounters, misses);
    FIELD(ReadCounters, retries);
    STRUCT(ProcessSlot);
    FIELD(ProcessSlot, generation);
    FIELD(ProcessSlot, pid);
    FIELD(ProcessSlot, start_time);
    FIELD(ProcessSlot, pid_namespace);
    FIELD(ProcessSlot, staging);
    FIELD(ProcessSlot, uid);
    FIELD(ProcessSlot, client);
    FIELD(ProcessSlot, name);
    FIELD(ProcessSlot, counters);
    STRUCT(ClientRecord);
    FIELD(ClientRecord, owner);
    FIELD(ClientRecord, ready);
    FIELD(ClientRecord, since_era);
    FIELD(ClientRecord, wrote_ms);
    FIELD(ClientRecord, start_time);
    FIELD(ClientRecord, pid_namespace);
    FIELD(ClientRecord, pid);
    FIELD(ClientRecord, uid);
    FIELD(ClientRecord, kind);
    FIELD(ClientRecord, program);
    FIELD(ClientRecord, name);
    STRUCT(PageInfo);
    FIELD(PageInfo, owner);
    FIELD(PageInfo, fill);
    FIELD(PageInfo, live);
    FIELD(PageInfo, pins);
    FIELD(PageInfo, next);
    FIELD(PageInfo, previous);
    FIELD(PageInfo, next_expiry);
}

void print_entries_and_index() {
    STRUCT(EntryHeader);
    FIELD(EntryHeader, id);
    FIELD(EntryHeader, deadline_word);
    FIELD(EntryHeader, lengths);
    STRUCT(OverflowRef);
    FIELD(OverflowRef, first);
    FIELD(OverflowRef, pages);
    FIELD(OverflowRef, key_hash);
    STRUCT(Bucket);
    FIELD(Bucket, version);
    FIELD(Bucket, slots);
    STRUCT(IndexPage);
    FIELD(IndexPage, buckets);
    FIELD(IndexPage, marks);
    STRUCT(DirectoryWord);
}

void print_shard() {
    STRUCT(Shard);
    FIELD(Shard, lock);
    FIELD(Shard, dirty);
    FIELD(Shard, watched_until);
    FIELD(Shard, changes);
    FIELD(Shard, undo_head);
    FIELD(Shard, undo_count);
    FIELD(Shard, sampled_tick);
    FIELD(Shard, next_id);
    FIELD(Shard, entries);
    FIELD(Shard, live_bytes);
    FIELD(Shard, open);
    FIELD(Shard, reserve);
    FIELD(Shard, oldest);
    FIELD(Shard, newest);
    FIELD(Shard, listed);
    FIELD(Shard, cursor);
    FIELD(Shard, large_oldest);
    FIELD(Shard, data_pages);
    FIELD(Shard, index_pages);
    FIELD(Shard, overflow_pages);
    FIELD(Shard, large_newest);
    FIELD(Shard, sets);
    FIELD(Shard, erases);
    FIELD(Shard, evicted);
    FIELD(Shard, expired);
    FIELD(Shard, moved_bytes);
    FIELD(Shard, splits);
    FIELD(Shard, recoveries);
    FIELD(Shard, listed_bytes);
    FIELD(Shard, undo_pages);
    FIELD(Shard, pinned_bytes);
    FIELD(Shard, noted);
    FIELD(Shard, insertion_point);
    FIELD(Shard, before_insertion);
    FIELD(Shard, protected_share);
    FIELD(Shard, dropped_new);
    FIELD(Shard, dropped_protected);
    STRUCT(LeaseRecord);
    FIELD(LeaseRecord, word);
    FIELD(LeaseRecord, key_hash);
    FIELD(LeaseRecord, until_ms);
    FIELD(LeaseRecord, number);
}

void print_checkpoints() {
    STRUCT(CheckpointRecord);
    FIELD(CheckpointRecord, name);
    FIELD(CheckpointRecord, era);
    FIELD(CheckpointRecord, clear_era);
    FIELD(CheckpointRecord, clock);
    FIELD(CheckpointRecord, released);
    FIELD(CheckpointRecord, taken_us);
    FIELD(CheckpointRecord, marks);
    FIELD(CheckpointRecord, entries);
    FIELD(CheckpointRecord, is_bulk);
    STRUCT(UndoRecord);
    FIELD(UndoRecord, hash);
    FIELD(UndoRecord, word);
}

void print_constants_of_ipc() {
    CONSTANT(kLayoutVersion);
    CONSTANT(kByteOrder);
    CONSTANT(kIdentityBytes);
    CONSTANT(kPageBytes);
    CONSTANT(kMaxProcessSlots);
    CONSTANT(kCounterStripes);
    CONSTANT(kLivenessBase);
    CONSTANT(kJournalByte);
    CONSTANT(kMappedByte);
    CONSTANT(kGrowthByte);
    CONSTANT(kGuestsByte);
    CONSTANT(kOwnersBase);
    CONSTANT(SegmentState::ready);
    CONSTANT(SegmentState::removed);
    CONSTANT(PageKind::free);
    CONSTANT(PageKind::data);
    CONSTANT(PageKind::overflow);
    CONSTANT(PageKind::undo);
    CONSTANT(PageKind::index);
    CONSTANT(PageKind::staged);
    print_constant("owner_word(data, 1, 2)", layout::owner_word(layout::PageKind::data, 1, 2));
}

void print_constants_of_store() {
    CONSTANT(kEraShift);
    CONSTANT(kCodecMask);
    CONSTANT(kOverflow);
    CONSTANT(kKeyOverflow);
    CONSTANT(kDead);
    CONSTANT(kChecked);
    CONSTANT(kDeadlineShift);
    CONSTANT(kKeyShift);
    CONSTANT(kValueShift);
    CONSTANT(kWriterMask);
    CONSTANT(kFirstEntry);
    CONSTANT(kChecksumBytes);
    CONSTANT(kMaxSmallEntry);
    CONSTANT(kMaxInlineKey);
    CONSTANT(kTagShift);
    CONSTANT(kSecondChoice);
    CONSTANT(kTagBits);
    CONSTANT(kSpilled);
    CONSTANT(kVersionStep);
    CONSTANT(kOpenPages);
    CONSTANT(kMinDirectoryBits);
    CONSTANT(kMaxDirectoryBits);
    CONSTANT(kShards);
    CONSTANT(kDirectoryBits);
    CONSTANT(kWhenFull);
    CONSTANT(kChecksums);
    CONSTANT(kShardTable);
    CONSTANT(kDirectories);
    CONSTANT(kLeaseTable);
    CONSTANT(kLeases);
    CONSTANT(kLeaseNumberShift);
}

}  // namespace

int main() {
    print_constants_of_ipc();
    print_identity();
    print_superblock();
    print_processes_and_pages();
    print_constants_of_store();
    print_entries_and_index();
    print_shard();
    print_checkpoints();
    print_history();
    return std::cout.flush() ? 0 : 1;
}
