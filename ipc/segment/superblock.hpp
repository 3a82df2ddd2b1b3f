// SPDX-License-Identifier: MIT
// The bytes of a segment that know nothing of keys: what the segment is, its state, the attached processes, and
// the owner of each page. The other half of the shared bytes is store/layout/layout.hpp.
// Changing anything here changes kLayoutVersion.
//
//   segment   0           4 KiB         page_table_offset        arena_offset              arena end      segment_bytes
//             | Identity  | control     | free map | page table  | page 0 | page 1 | ...   | journal      |
//             | 1 page    | (managed by |  1 bit   |  32 bytes   |  32 KiB each           | of events    |
//             |           |  Boost)     |  a page  |  a page     |                         |              |
//             <---------- committed at creation --->< sparse: committed with the arena ----><- on demand -->
//             <--------------------------- at most the capacity --------------------------->
//
// The control area is a Boost.Interprocess managed buffer. Its named objects are "superblock",
// "processes", "clients" and whatever the store asks for; after creation nothing is allocated from it.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace dummycache::layout {

inline constexpr std::uint32_t kLayoutVersion = 6;
inline constexpr char kMagic[8] = {'D', 'U', 'M', 'M', 'Y', 'C', 'H', '\n'};
inline constexpr std::uint32_t kByteOrder = 0x01020304;

inline constexpr std::uint64_t kIdentityBytes = 4096;
inline constexpr std::uint32_t kPageBytes = 32 * 1024;
inline constexpr std::uint32_t kCacheLine = 64;
inline constexpr std::uint32_t kMaxProcessSlots = 1024;
/// Bytes of the journal's region. Nobody's memory until somebody asks for the journal.
[[nodiscard]] constexpr std::uint64_t journal_bytes_for(std::uint64_t capacity_bytes) {
    constexpr std::uint64_t kLeast = 256 * 1024;
    constexpr std::uint64_t kMost = 16 * 1024 * 1024;
    return kIdentityBytes + std::clamp(std::bit_floor(capacity_bytes / 16), kLeast, kMost);
}

inline constexpr std::uint32_t kMaxClients = 1023;  // an entry keeps its writer in 10 bits
inline constexpr std::uint32_t kNoClient = 1023;    // the number that is nobody's

/// What a segment is. Written before the segment has its name, never changed afterwards.
///
///   0   magic 8 | layout_version 4 | byte_order 4 | layout_hash 8 | segment_bytes 8
///   32  capacity_bytes 8 | superblock_offset 8 | process_table_offset 8 | free_map_offset 8
///   64  page_table_offset 8 | arena_offset 8 | pages 8 | page_bytes 4 | process_slots 4
///   96  kind 4 | mode 4 | uid 4 | padding 4 | created_us 8 | boot_realtime_us 8
///   128 boot_id 16 | store[14] 112
///   256 secret 192
///   448 client_table_offset 8 | control_hash 8 | identity_hash 8
///   472 zero to 4096
struct Identity {
    char magic[8];
    std::uint32_t layout_version;
    std::uint32_t byte_order;
    std::uint64_t layout_hash;  ///< of the sizes and offsets of every shared struct
    std::uint64_t segment_bytes;
    std::uint64_t capacity_bytes;
    std::uint64_t superblock_offset;
    std::uint64_t process_table_offset;
    std::uint64_t free_map_offset;
    std::uint64_t page_table_offset;
    std::uint64_t arena_offset;
    std::uint64_t pages;
    std::uint32_t page_bytes;
    std::uint32_t process_slots;
    std::uint32_t kind;  ///< ipc::Kind
    std::uint32_t mode;
    std::uint32_t uid;
    std::uint32_t padding;
    std::uint64_t created_us;       ///< wall clock
    std::int64_t boot_realtime_us;  ///< wall clock minus boot clock when it was made
    unsigned char boot_id[16];
    std::uint64_t store[14];    ///< parameters and object offsets of the layer above
    unsigned char secret[192];  ///< seeds the hash of keys
    std::uint64_t client_table_offset;
    std::uint64_t control_hash;   ///< of Boost's own bytes in the control area
    std::uint64_t identity_hash;  ///< of everything before it
};
static_assert(sizeof(Identity) == 472 && sizeof(Identity) <= kIdentityBytes);
static_assert(offsetof(Identity, boot_id) == 128 && offsetof(Identity, store) == 144);
static_assert(offsetof(Identity, secret) == 256 && offsetof(Identity, identity_hash) == 464);
static_assert(std::is_trivially_copyable_v<Identity>);

/// A lock that outlives its owner.
///
///   63            32 31       30      0
///   | generation    | waiters | slot+1 |      0 = free
using LockWord = std::atomic<std::uint64_t>;

inline constexpr std::uint64_t kWaiters = std::uint64_t{1} << 31;

/// A process as a lock word names it: its slot of the process table, in one generation. Never 0.
[[nodiscard]] constexpr std::uint64_t token_of(std::uint32_t slot, std::uint32_t generation) {
    return std::uint64_t{generation} << 32 | (slot + 1);
}
/// Of a lock word that is not free.
[[nodiscard]] constexpr std::uint32_t slot_of_token(std::uint64_t word) {
    return static_cast<std::uint32_t>(word & (kWaiters - 1)) - 1;
}
[[nodiscard]] constexpr std::uint32_t generation_of_token(std::uint64_t word) {
    return static_cast<std::uint32_t>(word >> 32);
}

enum class SegmentState : std::uint64_t { ready = 1, removed = 2 };

/// What is true of the whole cache right now.
///
///   0    clear_era 8 | era 8 | rollback_target 8 | lost_era 8 | depth 8 | clock 8 | committed 8 | state 8
///   64   all_shards_lock 8 | progress 8 | marking 8 | journal 8 | padding 32
///   128  free_hint 8 | stagers 8 | clears 8 | counted_era 8 | pages_filled 8 | padding 24
///   192  retired counters 64
///   256  records of checkpoints, as the layer above draws them
///   4096
struct alignas(kCacheLine) Superblock {
    // Read by everyone, written seldom.
    std::atomic<std::uint64_t> clear_era;        ///< entries of an older era do not exist
    std::atomic<std::uint64_t> era;              ///< the one monotone counter; 40 bits are used
    std::atomic<std::uint64_t> rollback_target;  ///< not 0: to be rolled back to checkpoint rollback_target-1
    std::atomic<std::uint64_t> lost_era;         ///< checkpoints of an older era are lost
    std::atomic<std::uint64_t> depth;            ///< held checkpoints
    std::atomic<std::uint64_t> clock;            ///< ipc/cache_clock.hpp
    std::atomic<std::uint64_t> committed;        ///< pages whose memory is reserved (shrink_to lowers it)
    std::atomic<std::uint64_t> state;            ///< SegmentState

    alignas(kCacheLine) LockWord all_shards_lock;
    std::atomic<std::uint64_t> progress;  ///< raised now and then by a process that holds all locks for long
    std::atomic<std::uint64_t> marking;   ///< not 0: reads leave marks for eviction; derived

    /// Until when calls note events, on the boot clock in ms; 0 = they do not, ~0 = for ever. A hint.
    std::atomic<std::uint64_t> journal;

    // Derived: a wrong value costs time, never truth.
    alignas(kCacheLine) std::atomic<std::uint64_t> free_hint;  ///< word of the free map to look at first
    std::atomic<std::uint64_t> stagers;  ///< processes that stage pages, dead ones included
    std::atomic<std::uint64_t> clears;
    std::atomic<std::uint64_t> counted_era;   ///< entries of this era and later count as live bytes
    std::atomic<std::uint64_t> pages_filled;  ///< so far, by all shards: the clock of ages

    alignas(kCacheLine) std::atomic<std::uint64_t> retired[8];  ///< counters of processes that left

    alignas(kCacheLine) unsigned char checkpoints[4096 - 256];
};
static_assert(sizeof(Superblock) == 4096 && offsetof(Superblock, state) == 56);
static_assert(offsetof(Superblock, all_shards_lock) == 64 && offsetof(Superblock, free_hint) == 128);
static_assert(offsetof(Superblock, retired) == 192 && offsetof(Superblock, checkpoints) == 256);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free &&
              std::atomic<std::uint32_t>::is_always_lock_free);

/// The line before each named object of the control area. Written at creation and never changed: it
/// tells an attaching process which bytes are the object's and which are Boost's.
///
///   0   offset 8 | bytes 8 | name 48
///   64
struct ObjectHeader {
    std::uint64_t offset;  ///< of the object, from the segment's first byte
    std::uint64_t bytes;   ///< a multiple of a cache line
    char name[48];         ///< ends with a zero
};
static_assert(sizeof(ObjectHeader) == kCacheLine && offsetof(ObjectHeader, name) == 16);
static_assert(std::is_trivially_copyable_v<ObjectHeader>);

inline constexpr unsigned kCounterStripes = 4;

/// Counters of reads. Threads spread over the stripes of their process's slot and count without a
/// locked instruction: two threads on one stripe may lose a count.
///
///   0   hits 8 | misses 8 | retries 8 | padding 40
struct alignas(kCacheLine) ReadCounters {
    std::atomic<std::uint64_t> hits;
    std::atomic<std::uint64_t> misses;
    std::atomic<std::uint64_t> retries;
};
static_assert(sizeof(ReadCounters) == 64);

/// One attached process. It is held by an OFD lock on byte kLivenessBase + slot.
///
///   0    generation 4 | pid 4 | start_time 8 | pid_namespace 8 | staging 8 | uid 4 | client 4 | name 24
///   64   ReadCounters[4]
///   320
struct alignas(kCacheLine) ProcessSlot {
    std::atomic<std::uint32_t> generation;     ///< raised by every claim and every release
    std::atomic<std::uint32_t> pid;            ///< 0: nobody
    std::atomic<std::uint64_t> start_time;     ///< field 22 of /proc/PID/stat
    std::atomic<std::uint64_t> pid_namespace;  ///< inode of /proc/self/ns/pid
    std::atomic<std::uint64_t> staging;        ///< not 0: this process may own STAGED pages
    std::atomic<std::uint32_t> uid;
    std::atomic<std::uint32_t> client;  ///< its record of the client table
    char name[24];                      ///< of the command; for people
    ReadCounters counters[kCounterStripes];
};
static_assert(sizeof(ProcessSlot) == 320 && offsetof(ProcessSlot, name) == 40);
static_assert(offsetof(ProcessSlot, counters) == 64);

/// Where the journal's region begins; the layer above knows what follows. The region has memory if `whole` is kJournalWhole.
///
///   0   next 8 | whole 8
struct JournalHead {
    std::atomic<std::uint64_t> next;  ///< number of the next event
    std::atomic<std::uint64_t> whole;
};
static_assert(sizeof(JournalHead) == 16);
inline constexpr std::uint64_t kJournalWhole = 0x6c616e72756f6a21U;  // zeros were never written to

/// A client: a program that uses the segment, or one load of a snapshot. Entries name their writer by the number of its
/// record, which stays when the process has left. If all records are used, one that no process has is given to another
/// client. A new era begins then, so that entries of an older one are not taken for the new client's.
///
///   0    owner 8 | ready 8 | since_era 8 | wrote_ms 8 | start_time 8 | pid_namespace 8 | kind 8 | pid 4 | uid 4
///   64   padding 8 | program 32 | name 24
///   128
struct alignas(kCacheLine) ClientRecord {
    std::atomic<std::uint64_t> owner;      ///< token of the process that took it last; 0: never used
    std::atomic<std::uint64_t> ready;      ///< the same once the other fields are whole
    std::atomic<std::uint64_t> since_era;  ///< 0 if the record had no client before
    std::atomic<std::uint64_t> wrote_ms;   ///< boot clock: about its last write; a client is one that writes
    std::atomic<std::uint64_t> start_time;
    std::atomic<std::uint64_t> pid_namespace;
    std::atomic<std::uint64_t> kind;  ///< ipc::ClientKind
    std::atomic<std::uint32_t> pid;
    std::atomic<std::uint32_t> uid;
    std::atomic<std::uint64_t> padding;
    std::atomic<std::uint64_t> program[4];  ///< texts end with a zero, unless they fill their words
    std::atomic<std::uint64_t> name[3];
};
/// How many clients a segment remembers: twice as many as it has process slots, if numbers of 10 bits reach so far.
[[nodiscard]] constexpr std::uint32_t clients_for(std::uint32_t process_slots) {
    return process_slots < kMaxClients / 2 ? 2 * process_slots : kMaxClients;
}
static_assert(sizeof(ClientRecord) == 128 && offsetof(ClientRecord, padding) == 64);

/// Bytes that processes lock, far behind any data. Nothing is stored there. A lock from kLivenessBase on says that the
/// segment is in use.
///
///   2^50 - 3      kJournalByte    who reserves memory for the journal
///   2^50 - 2      kMappedByte     a read lock: of each description that is mapped; so the write lock says that nobody maps
///                                 the object
///   2^50 - 1      kGrowthByte     who commits memory on a file system that cannot reserve
///   2^50          kLivenessBase   one byte for each slot: the process that has it
///   2^50 + 1024   kGuestsByte     a read lock: of each process without a slot
///   2^52          kOwnersBase     one byte for each number of 48 bits (owned_name.hpp): the owner
inline constexpr std::int64_t kLivenessBase = std::int64_t{1} << 50;
inline constexpr std::int64_t kJournalByte = kLivenessBase - 3;
inline constexpr std::int64_t kMappedByte = kLivenessBase - 2;
inline constexpr std::int64_t kGrowthByte = kLivenessBase - 1;
inline constexpr std::int64_t kGuestsByte = kLivenessBase + kMaxProcessSlots;
inline constexpr std::int64_t kOwnersBase = std::int64_t{1} << 52;
static_assert(kOwnersBase > kGuestsByte);

/// What a page is, and whose.
///
///   63    56 55       32 31           0
///   | kind  | who        | generation  |     0 = FREE
///
/// `who` is a shard, or for STAGED a process slot with its generation.
enum class PageKind : std::uint8_t { free = 0, data = 1, overflow = 2, undo = 3, index = 4, staged = 5 };

[[nodiscard]] constexpr std::uint64_t owner_word(PageKind kind, std::uint32_t who,
                                                 std::uint32_t generation = 0) {
    return std::uint64_t{static_cast<std::uint8_t>(kind)} << 56 | std::uint64_t{who & 0xffffffU} << 32 |
           generation;
}
[[nodiscard]] constexpr PageKind kind_of(std::uint64_t owner) { return static_cast<PageKind>(owner >> 56); }
[[nodiscard]] constexpr std::uint32_t who_of(std::uint64_t owner) { return owner >> 32 & 0xffffffU; }
[[nodiscard]] constexpr std::uint32_t generation_of(std::uint64_t owner) {
    return static_cast<std::uint32_t>(owner);
}

/// One page of the arena.
///
///   0   owner 8 | fill 4 | live 4 | pins 4 | next 4 | previous 4 | next_expiry 4
///   32
///
/// The first OVERFLOW page of a large entry uses four fields for the list of large entries, and only `next` as it
/// is called; all but `next` are derived:
///
///   0   owner 8 | filled_at 4 | newer entry 4 | hash, high half 4 | next 4 | older entry 4 | hash, low half 4
///   32
struct PageInfo {
    std::atomic<std::uint64_t> owner;  ///< truth
    std::atomic<std::uint32_t>
        fill;  ///< truth: bytes below hold whole entries. INDEX: depth of the page. UNDO: its place in the list
    std::atomic<std::uint32_t> live;  ///< derived: bytes of current entries
    std::atomic<std::uint32_t> pins;  ///< derived: undo records that lead into the page
    std::atomic<std::uint32_t>
        next;  ///< OVERFLOW, UNDO: truth, the next page + 1. DATA: derived, the age list
    std::atomic<std::uint32_t> previous;     ///< derived, the age list, and kBeforeInsertion
    std::atomic<std::uint32_t> next_expiry;  ///< derived: when to look for expired entries, in 16 ms
};
static_assert(sizeof(PageInfo) == 32);

}  // namespace dummycache::layout
