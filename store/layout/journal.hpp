// SPDX-License-Identifier: MIT
// The bytes of the journal: the last events of a cache, in a ring. Nobody trusts any of them. Changing anything here changes
// layout::kLayoutVersion.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "ipc/segment/superblock.hpp"

namespace dummycache::layout {

/// What was called. `reclaim` is no call: a writer needed room.
enum class Call : std::uint8_t {
    none = 0,
    get,
    contains,
    set,
    add,
    replace,
    set_if,
    fill,  ///< of a lease
    erase,
    take,
    touch,
    persist,
    incr,
    decr,
    append,
    clear,
    rollback,
    load,
    reclaim
};

/// What came of it.
enum class Outcome : std::uint8_t {
    none = 0,
    hit,
    miss,
    stored,
    refused,  ///< the condition of a write did not hold
    full,     ///< there was no room
    deleted,
    timed_out,  ///< written with a timeout of 0 or less: nothing is stored
    expired,
    evicted,
    cleared,
    rolled_back
};

/// One event. A writer takes a ticket, makes `seq` odd, writes the rest, and makes it even. If it dies meanwhile, the event
/// is lost. A writer that was put aside for a whole round of the ring may write into another's event: `check` finds that.
///
///   0    seq 8 | when_us 8 | key_hash 8 | what 8 | value_bytes 8 | check 8
///   48   key 80
///   128
///
///   seq    2 * ticket + 1 while it is written, + 2 afterwards
///   what   62  55 54     47 46    37 36    17 16         0
///          | call | outcome | client | era 20 | key_bytes |
struct Event {
    static constexpr std::size_t kKeyWords = 10;
    std::atomic<std::uint64_t> seq;
    std::atomic<std::uint64_t> when_us;  ///< boot clock
    std::atomic<std::uint64_t> key_hash;
    std::atomic<std::uint64_t> what;
    std::atomic<std::uint64_t> value_bytes;     ///< of what concerns the whole cache: how many entries
    std::atomic<std::uint64_t> check;           ///< of all other words
    std::atomic<std::uint64_t> key[kKeyWords];  ///< its first bytes, then zeros
};
static_assert(sizeof(Event) == 128 && offsetof(Event, key) == 48);
inline constexpr unsigned kEventEraShift = 17;
inline constexpr unsigned kEventEraBits = 20;
inline constexpr unsigned kEventClientShift = 37;
inline constexpr unsigned kEventOutcomeShift = 47;
inline constexpr unsigned kEventCallShift = 55;

/// The ring. Event number n stands at n modulo their count, a power of two.
///
///   0      JournalHead 16 | zeros
///   4096   events
struct Journal {
    alignas(kIdentityBytes) JournalHead head;
    alignas(kIdentityBytes) Event events[1];  ///< as many as fit
};
static_assert(offsetof(Journal, events) == kIdentityBytes);
[[nodiscard]] constexpr std::uint64_t journal_events(std::uint64_t capacity_bytes) {
    return (journal_bytes_for(capacity_bytes) - kIdentityBytes) / sizeof(Event);
}
static_assert(std::has_single_bit(journal_events(1 << 20)) &&
              std::has_single_bit(journal_events(3'000'000'000)));

}  // namespace dummycache::layout
