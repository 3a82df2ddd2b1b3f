// SPDX-License-Identifier: MIT
// The bytes that tell what happened: when entries were written, and which keys went away. All of it is a hint: a
// wrong one tells a user something wrong, and changes nothing else. Changing anything here changes layout::kLayoutVersion.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "ipc/segment/superblock.hpp"

namespace dummycache::layout {

// ---- when entries were written -----------------------------------------------------------------------

/// The entries with ids from this one up to the next sample's were written between `from` and `from` + `span`.
///
///   0   id 8 | when 8
///
///   when   63       24 23          0
///          | from ms  | span 64 ms |     boot clock; 0 = nothing is known
struct WriteTime {
    std::atomic<std::uint64_t> id;
    std::atomic<std::uint64_t> when;
};
static_assert(sizeof(WriteTime) == 16);
inline constexpr unsigned kSpanBits = 24;
inline constexpr unsigned kSpanShift = 6;  ///< a unit is 64 ms

/// The samples of a shard, in the order of their ids. The revision is odd while they change; a process that died
/// meanwhile leaves it odd, and the next writer forgets all samples.
///
///   0   revision 8 | count 8 | samples[255]
struct WriteTimes {
    static constexpr std::size_t kSamples = 255;
    std::atomic<std::uint64_t> revision;
    std::atomic<std::uint64_t> count;
    WriteTime samples[kSamples];
};
static_assert(sizeof(WriteTimes) == 4096);

// ---- which keys went away ----------------------------------------------------------------------------

/// Why a key is not there any more.
enum class Removal : std::uint8_t {
    none = 0,
    deleted,    ///< by delete or take
    timed_out,  ///< written with a timeout of 0 or less
    expired,
    evicted,
    cleared,
    rolled_back,  ///< written after the checkpoint
    replaced      ///< by a load
};

/// A key that went away.
///
///   0   key_hash 8 | what 8 | id 8 | end 8
///
///   what   63     24 23     20 19     10 9      0
///          | ms     | removal | remover | writer |     boot clock
///   end    63                    20 19        0
///          | deadline of the entry | era low 20 |     ms of cache time, 0 = none; the era when it went away
struct RemovalRecord {
    std::atomic<std::uint64_t> key_hash;
    std::atomic<std::uint64_t> what;
    std::atomic<std::uint64_t> id;  ///< of the entry; 0: there was none
    std::atomic<std::uint64_t> end;
};
static_assert(sizeof(RemovalRecord) == 32);
inline constexpr unsigned kRemovalMsShift = 24;
inline constexpr unsigned kRemovalShift = 20;
inline constexpr unsigned kRemoverShift = 10;
inline constexpr unsigned kEndEraBits = 20;
inline constexpr std::uint64_t kClientMask = (1U << kRemoverShift) - 1;

/// Something that made all keys go away at once: a clear, or a load that replaces.
///
///   0   era 8 | what 8     as in RemovalRecord, without a writer
struct WholeRecord {
    std::atomic<std::uint64_t> era;  ///< entries of an older era went away
    std::atomic<std::uint64_t> what;
};
inline constexpr std::size_t kWholeRecords = 31;

/// Before the rings of all shards. Record number n of a ring stands at n modulo its size; the ring's `head` is the
/// number of the next one.
///
///   0    whole_head 8 | clock_moved_ms 8 | whole[31] 496
///   512  heads[16], a line each
///   1536
struct RemovalRings {
    std::atomic<std::uint64_t> whole_head;
    std::atomic<std::uint64_t>
        clock_moved_ms;  ///< boot clock: when the cache's clock was last frozen, moved, ...
    WholeRecord whole[kWholeRecords];
    struct alignas(kCacheLine) Head {
        std::atomic<std::uint64_t> next;
    } heads[16];
};
/// How many removals a cache remembers, in all its shards: 4,096, fewer in a tiny cache and more in a larger one.
[[nodiscard]] constexpr std::uint32_t removals_for(std::uint64_t capacity_bytes) {
    constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
    if (capacity_bytes < 4 * kMiB) return 1024;
    return capacity_bytes < 64 * kMiB ? 4096 : 8192;
}
/// Bytes of the rings with all their records.
[[nodiscard]] constexpr std::uint64_t removal_bytes(std::uint64_t capacity_bytes) {
    return sizeof(RemovalRings) + removals_for(capacity_bytes) * sizeof(RemovalRecord);
}
static_assert(sizeof(RemovalRings) == 1536 && offsetof(RemovalRings, heads) == 512);

}  // namespace dummycache::layout
