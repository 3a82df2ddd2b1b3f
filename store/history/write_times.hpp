// SPDX-License-Identifier: MIT
// When entries were written. An entry has no time of its own: its id tells it, with a few samples of each shard.
//
//   ids     ... 4711 ............. 5022 ....... 5023 ...
//   sample      "from 10:31:02.1"  "10:31:02.3" "11:02:17.9"
//
// A writer looks at the clock once in each tick of some 30 to 200 ms, and takes a sample if the last one of the shard is
// 200 ms old. So an entry was written within 450 ms after the last sample before it, however quiet the shard was later.
// When the samples are full, neighbours become one wherever the time between them is short beside their age.
#pragma once

#include <cstdint>
#include <optional>

#include "ipc/machine_clock.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Takes a sample for the next id, at this moment of the boot clock.
void take_sample_locked(const LockedShard& shard, std::uint64_t now_ms) noexcept;

/// The same now, if the last one is old enough; and notes that the client writes.
[[gnu::noinline, gnu::cold]] void sample_write_time_locked(const LockedShard& shard) noexcept;

/// Whether nobody has looked at the clock in this tick. The fast write asks before it takes the lock, where the question costs
/// next to nothing, and leaves a write at such a moment to the careful path.
[[nodiscard, gnu::always_inline]] inline bool wants_write_time(const layout::Shard& shard) noexcept {
    return ipc::tick() != shard.sampled_tick.load(std::memory_order_relaxed);
}

/// Called before each id is taken.
inline void note_write_time_locked(const LockedShard& shard) noexcept {
    if (wants_write_time(shard.shard)) [[unlikely]]
        sample_write_time_locked(shard);
}

/// The entries that were written so far have no known time. For entries that keep their content and get new ids.
void forget_write_times_locked(const LockedShard& shard) noexcept;

/// Milliseconds of the boot clock.
struct TimeSpan {
    std::uint64_t from_ms = 0;
    std::uint64_t until_ms = 0;
};

/// When the entry with this id was written. Nothing if it is not known. Looks without a lock; about 1 us.
[[nodiscard]] std::optional<TimeSpan> written_at(const Memory& memory, std::uint32_t shard,
                                                 std::uint64_t id) noexcept;

/// Copies the samples of a shard whose lock is held into a copy of the cache.
void copy_write_times(const Memory& from, const Memory& to, std::uint32_t shard) noexcept;

}  // namespace dummycache::store
