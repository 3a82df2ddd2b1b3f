// SPDX-License-Identifier: MIT
// The bytes of a segment that know of keys: entries, index pages, shards. The other half of the
// shared bytes is ipc/segment/superblock.hpp. Changing anything here changes layout::kLayoutVersion.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "dummycache/limits.hpp"
#include "ipc/segment/superblock.hpp"

namespace dummycache::layout {

// ---- entries ---------------------------------------------------------------------------------------

/// An entry in a page. Immutable once a slot leads to it, but for the deadline and the dead hint.
/// It starts at a multiple of 8 and never crosses a page.
///
///   small   | id 8 | deadline_word 8 | lengths 8 | key | value | pad to 8 | checksum 8, in files only |
///   large   | id 8 | deadline_word 8 | lengths 8 | OverflowRef 16 | key, if it fits | pad to 8 | checksum 8 |
///
///   id       63         24 23      0     era when it was written, and a number within it
///            | era 40     | number |
///   deadline_word
///            63          8 7     4 3     0
///            | deadline us | flags | codec |     deadline 0 = for ever
///   lengths  63          26 25     10 9      0
///            | value bytes | key bytes | writer |     writer = number of a client
struct EntryHeader {
    std::atomic<std::uint64_t> id;
    std::atomic<std::uint64_t> deadline_word;
    std::atomic<std::uint64_t> lengths;
};
static_assert(sizeof(EntryHeader) == 24);

inline constexpr unsigned kEraShift = 24;
inline constexpr std::uint64_t kMaxEra = (std::uint64_t{1} << 40) - 1;

inline constexpr std::uint64_t kCodecMask = 0x0f;
inline constexpr std::uint64_t kOverflow = 0x10;     ///< the value lies in pages of its own
inline constexpr std::uint64_t kKeyOverflow = 0x20;  ///< and so does the key, before it
inline constexpr std::uint64_t kDead = 0x40;         ///< a hint for reclaim: no slot leads here any more
inline constexpr std::uint64_t kChecked = 0x80;      ///< a checksum follows
inline constexpr unsigned kDeadlineShift = 8;
inline constexpr std::uint64_t kMaxDeadline = (std::uint64_t{1} << 56) - 1;

inline constexpr unsigned kKeyShift = 10;
inline constexpr unsigned kValueShift = 26;
inline constexpr std::uint64_t kWriterMask = (1U << 10) - 1;
using dummycache::kMaxKeyBytes;
using dummycache::kMaxValueBytes;
static_assert(kMaxKeyBytes >> (kValueShift - kKeyShift) == 0 && kMaxValueBytes >> (64 - kValueShift) == 0);

/// Where a large entry's bytes are: `pages` whole pages, linked by PageInfo::next.
///
///   0   first 4 | pages 4 | key_hash 8
struct OverflowRef {
    std::atomic<std::uint32_t> first;  ///< page number
    std::atomic<std::uint32_t> pages;
    std::atomic<std::uint64_t> key_hash;  ///< so that reclaim finds the slot and need not read the key
};
static_assert(sizeof(OverflowRef) == 16);

/// A page of entries begins with 8 bytes that tell when it was filled (derived, by Superblock::pages_filled). Without
/// them the slot word of an entry could be 0.
using FilledAt = std::atomic<std::uint64_t>;
inline constexpr std::uint32_t kFirstEntry = sizeof(FilledAt);
inline constexpr std::uint64_t kChecksumBytes = 8;
inline constexpr std::uint64_t kMaxSmallEntry =
    (kPageBytes - kFirstEntry) / 16 * 8;  ///< two fit a page; larger ones have overflow pages
inline constexpr std::uint64_t kMaxInlineKey = kPageBytes / 4;  ///< of a large entry

// ---- the index -------------------------------------------------------------------------------------

/// A slot: which entry a key has.
///
///   63     37 36       35          0
///   | tag 27 | second | offset / 8  |     0 = empty; second: the key lives in its second bucket
///
/// The low bits of the tag choose the index page, so that a split reads no entry.
inline constexpr unsigned kTagShift = 37;
inline constexpr std::uint64_t kSecondChoice = std::uint64_t{1} << 36;
inline constexpr std::uint64_t kOffsetMask = kSecondChoice - 1;
inline constexpr unsigned kTagBits = 27;

inline constexpr unsigned kSlots = 7;

/// One cache line: 7 slots and their version. The version is bumped by 2 after every change that
/// takes an entry away from a slot; bit 0 says that a key of this bucket may live in its second.
struct alignas(kCacheLine) Bucket {
    std::atomic<std::uint64_t> version;
    std::atomic<std::uint64_t> slots[kSlots];
};
static_assert(sizeof(Bucket) == 64);
inline constexpr std::uint64_t kSpilled = 1;
inline constexpr std::uint64_t kVersionStep = 2;

inline constexpr std::uint32_t kBuckets = 455;

/// Buckets first, then 8 bytes of marks for each: one a slot, and one more.
///
///   of a slot with an entry               of an empty slot, and the eighth
///   7      3   2           1      0        7           6           0
///   | 0    | protected | visits |          | protected | ghost 7   |      ghost 0 = none
///
/// visits: 0, 1, or 2 and more, since it was written or eviction passed over it. protected: eviction has passed over
/// it. Ghosts are of keys with this first bucket that were evicted lately, the last one first; in a page with few entries only
/// its first buckets have any, those of several buckets each.
///
///   0        Bucket[455]
///   29120    marks[455][8]
///   32760    padding 8
struct IndexPage {
    Bucket buckets[kBuckets];
    std::atomic<std::uint8_t> marks[kBuckets][8];
};
static_assert(sizeof(IndexPage) == kPageBytes && offsetof(IndexPage, marks) == 29'120);
inline constexpr std::uint8_t kVisits = 3;
inline constexpr std::uint8_t kMaxVisits = 2;
inline constexpr std::uint8_t kProtected = 4;
inline constexpr std::uint8_t kGhostProtected = 0x80;
inline constexpr unsigned kMarks = kSlots + 1;

// ---- shards ----------------------------------------------------------------------------------------

enum OpenPage : unsigned { kNursery = 0, kSurvivor = 1, kOpenPages = 2 };
inline constexpr std::size_t kNoted = 32;

/// In PageInfo::previous: the page stands before the insertion point of its age list, or is the insertion point.
inline constexpr std::uint32_t kBeforeInsertion = 0x80000000;
/// All of Shard::protected_share.
inline constexpr std::uint32_t kWhole = 1U << 24;

/// A part of the key space with one writer lock. Page numbers are stored plus 1; 0 = none.
///
///   0     lock 8 | dirty 8 | watched_until 8 | changes 4 | undo_head 4 | undo_count 8 | sampled_tick 8 | padding 16
///   64    next_id 8 | entries 8 | live_bytes 8 | open[2] 8 | reserve 4 | oldest 4 | newest 4 |
///         listed 4 | cursor 4 | large_oldest 4 | data_pages 4 | index_pages 4
///   128   overflow_pages 4 | large_newest 4 | sets 8 | erases 8 | evicted 8 | expired 8 | moved_bytes 8 |
///         splits 8 | recoveries 8
///   192   listed_bytes 8 | undo_pages 4 | padding 4 | pinned_bytes 8 | noted[32] 256 |
///   472   insertion_point 4 | before_insertion 4 | protected_share 4 | dropped_new 4 | dropped_protected 4 | padding 20
///   512
struct alignas(kCacheLine) Shard {
    LockWord lock;
    std::atomic<std::uint64_t> dirty;          ///< kInWrite, kDamaged, or 0
    std::atomic<std::uint64_t> watched_until;  ///< 0, or when the last wait ends (ms of the boot clock)
    std::atomic<std::uint32_t> changes;        ///< a futex: raised by writers while it is watched
    std::atomic<std::uint32_t> undo_head;      ///< truth: the newest page of undo records + 1
    std::atomic<std::uint64_t> undo_count;     ///< truth: records that are whole
    std::atomic<std::uint64_t>
        sampled_tick;  ///< ipc::tick() at the last look at WriteTimes; 0: take a sample

    alignas(kCacheLine) std::atomic<std::uint64_t> next_id;  ///< truth: larger than every id ever given
    std::atomic<std::uint64_t> entries;                      ///< from here on derived
    std::atomic<std::uint64_t> live_bytes;                   ///< sum of PageInfo::live
    std::atomic<std::uint32_t> open[kOpenPages];             ///< pages that entries are appended to
    std::atomic<std::uint32_t> reserve;                      ///< an empty page, for reclaim's copies
    std::atomic<std::uint32_t> oldest;                       ///< the age list of full pages
    std::atomic<std::uint32_t> newest;
    std::atomic<std::uint32_t> listed;
    std::atomic<std::uint32_t> cursor;        ///< where compaction looks next
    std::atomic<std::uint32_t> large_oldest;  ///< the list of large entries: a first overflow page
    std::atomic<std::uint32_t> data_pages;
    std::atomic<std::uint32_t> index_pages;

    alignas(kCacheLine) std::atomic<std::uint32_t> overflow_pages;
    std::atomic<std::uint32_t> large_newest;
    std::atomic<std::uint64_t> sets;
    std::atomic<std::uint64_t> erases;
    std::atomic<std::uint64_t> evicted;
    std::atomic<std::uint64_t> expired;
    std::atomic<std::uint64_t> moved_bytes;
    std::atomic<std::uint64_t> splits;
    std::atomic<std::uint64_t> recoveries;

    alignas(kCacheLine) std::atomic<std::uint64_t> listed_bytes;  ///< below `fill` of the listed pages
    std::atomic<std::uint32_t> undo_pages;
    std::atomic<std::uint64_t>
        pinned_bytes;  ///< of entries that undo records lead to, with their overflow pages
    std::atomic<std::uint64_t>
        noted[kNoted];  ///< hashes of some keys that were new to the newest checkpoint, and have records
    std::atomic<std::uint32_t>
        insertion_point;  ///< page of the age list behind which pages of new entries join it
    std::atomic<std::uint32_t> before_insertion;  ///< pages up to that one
    std::atomic<std::uint32_t> protected_share;   ///< how much of the list should lie behind it, of kWhole
    std::atomic<std::uint32_t> dropped_new;       ///< evicted lately: without a visit
    std::atomic<std::uint32_t> dropped_protected;
};
static_assert(sizeof(Shard) == 512);
static_assert(offsetof(Shard, changes) == 24 && offsetof(Shard, undo_count) == 32 &&
              offsetof(Shard, next_id) == 64 && offsetof(Shard, index_pages) == 124);
static_assert(offsetof(Shard, overflow_pages) == 128 && offsetof(Shard, listed_bytes) == 192 &&
              offsetof(Shard, insertion_point) == 472);

// ---- checkpoints -------------------------------------------------------------------------------------

inline constexpr unsigned kMaxShards = 16;
inline constexpr std::size_t kMaxCheckpoints = 16;
inline constexpr std::size_t kMaxCheckpointName = 63;  ///< bytes
/// The last word of a name. Behind a shorter name it holds the owner: the token of the process whose scope the checkpoint
/// belongs to (segment/superblock.hpp), or 0.
inline constexpr std::size_t kOwnerWord = 7;

/// A held checkpoint. Record k counts if k < Superblock::depth, and is written before. An entry belongs to it
/// if clear_era <= its era < era.
///
///   0    name 64, ends with a zero, then zeros or the owner | era 8 | clear_era 8 | clock 8 | released 8 | taken_us 8
///   104  marks[16] 64 | entries[16] 64 | is_bulk 8
///   240
struct CheckpointRecord {
    std::atomic<std::uint64_t> name[(kMaxCheckpointName + 1) / 8];
    std::atomic<std::uint64_t> era;                  ///< every later write is of this era or a later one
    std::atomic<std::uint64_t> clear_era;            ///< as it was
    std::atomic<std::uint64_t> clock;                ///< as it was
    std::atomic<std::uint64_t> released;             ///< not 0: given up, below one that is held
    std::atomic<std::uint64_t> taken_us;             ///< cache time
    std::atomic<std::uint32_t> marks[kMaxShards];    ///< how many undo records of each shard are older
    std::atomic<std::uint32_t> entries[kMaxShards];  ///< entries of each shard, as counted then
    std::atomic<std::uint64_t> is_bulk;              ///< not 0: of a bulk write, without records of new keys
};
static_assert(sizeof(CheckpointRecord) == 240 && offsetof(CheckpointRecord, marks) == 104);
static_assert(kMaxCheckpoints * sizeof(CheckpointRecord) <= sizeof(Superblock::checkpoints));

/// What a key was before it was changed for the first time since the newest checkpoint.
///
///   0   hash of the key 8 | slot word 8     0: there was nothing that a checkpoint needs
struct UndoRecord {
    std::atomic<std::uint64_t> hash;
    std::atomic<std::uint64_t> word;
};
static_assert(sizeof(UndoRecord) == 16);
inline constexpr std::uint32_t kUndoRecords = kPageBytes / sizeof(UndoRecord);  ///< of a page

/// What `dirty` holds.
inline constexpr std::uint64_t kInWrite = 1;
inline constexpr std::uint64_t kDamaged = 2;  ///< the owner found damage; the next owner rebuilds the shard

inline constexpr unsigned kMinDirectoryBits = 4;
inline constexpr unsigned kMaxDirectoryBits = 14;

/// One word of a shard's directory: index page + 1, or 0. Which word a key uses is decided by the
/// low bits of its tag, for ever; a word only ever changes to a page that holds all of its keys.
using DirectoryWord = std::atomic<std::uint32_t>;

// ---- leases ----------------------------------------------------------------------------------------

/// Which process fills an absent key. This is not truth: if a record is lost, a key is filled twice.
///
///   0   word 8 | key_hash 8 | until_ms 8 | number 8
///
///   word   63         32 31    11 10     0
///          | generation | number | slot+1 |      0 = free
struct LeaseRecord {
    std::atomic<std::uint64_t> word;
    std::atomic<std::uint64_t> key_hash;
    std::atomic<std::uint64_t> until_ms;  ///< of the boot clock
    std::atomic<std::uint64_t> number;    ///< how many leases this record has held
};
static_assert(sizeof(LeaseRecord) == 32);

inline constexpr unsigned kLeases = 128;  ///< a shard
inline constexpr unsigned kLeaseNumberShift = 11;
inline constexpr std::uint64_t kLeaseSlotMask = (1U << kLeaseNumberShift) - 1;
static_assert(kMaxProcessSlots < kLeaseSlotMask);

/// What Identity::store holds.
enum StoreParameter : std::size_t { kShards = 0, kDirectoryBits = 1, kWhenFull = 2, kChecksums = 3 };
/// The control objects, in the order of Identity::store from ipc::kStoreObjects on.
enum StoreObject : std::size_t {
    kShardTable = 0,
    kDirectories = 1,
    kLeaseTable = 2,
    kWriteTimes = 3,
    kRemovals = 4
};

}  // namespace dummycache::layout
