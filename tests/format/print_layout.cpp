// SPDX-License-Identifier: MIT
// Prints the size, alignment and offsets of everything that lies in a segment, and the constants that
// say how words are packed. A change of what it prints is a change of the layout.
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <type_traits>

#include "ipc/segment/superblock.hpp"
#include "store/layout/layout.hpp"

namespace layout = dummycache::layout;

namespace {

void print_struct(const char* name, std::size_t bytes, std::size_t alignment) {
    std::cout << name << ' ' << bytes << " align " << alignment << '\n';
}

void print_field(const char* name, std::size_t offset, std::size_t bytes) {
    std::cout << "  " << offset << ' ' << name << ' ' << bytes << '\n';
}

template <class Value>
void print_constant(const char* name, Value value) {
    if constexpr (std::is_enum_v<Value>) {
        std::cout << name << " = " << static_cast<std::uint64_t>(value) << '\n';
    } else {
        std::cout << name << " = " << value << '\n';
    }
}

}  // namespace

#define STRUCT(type) print_struct(#type, sizeof(layout::type), alignof(layout::type))
#define FIELD(type, field) print_field(#field, offsetof(layout::type, field), sizeof(layout::type::field))
#define CONSTANT(name) print_constant(#name, layout::name)

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
    FIELD(ProcessSlot, name);
    FIELD(ProcessSlot, counters);
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
    return std::cout.flush() ? 0 : 1;
}
