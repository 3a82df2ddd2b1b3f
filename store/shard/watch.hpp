// SPDX-License-Identifier: MIT
// Waiting for a key to change, on a futex of its shard.
//
// A waiting process stores in the shard a time until which it waits (`watched_until`), and renews it while
// it waits. Then it looks at the key and sleeps on `changes`. After its unlock a writer looks at
// `watched_until`. If it is not over, the writer raises `changes` and wakes all. If a waiting process dies,
// each write costs one more system call until `watched_until` is over, and nothing after that.
#pragma once

#include <chrono>

#include "store/layout/layout.hpp"

namespace dummycache::store {

/// Longest sleep before the key is looked at again, whatever happens.
inline constexpr std::chrono::milliseconds kWatchSlice{100};

/// A longer wait is treated as "for ever": in nanoseconds it might overflow.
inline constexpr std::chrono::milliseconds kVeryLong = std::chrono::hours(24 * 365 * 100);

/// Announces a waiting process for the next two slices of time. Returns the present value of `changes`.
[[nodiscard]] std::uint32_t watch(layout::Shard& shard) noexcept;

/// Sleeps until `changes` is no longer `seen`, or for `time`.
void sleep_until_changed(layout::Shard& shard, std::uint32_t seen, std::chrono::nanoseconds time) noexcept;

/// Wakes all waiting processes: a system call. Called only if watched_until is not 0.
void wake_watchers(layout::Shard& shard) noexcept;

/// Called after a write, when the lock is released.
inline void wake_waiters(layout::Shard& shard) noexcept {
    if (shard.watched_until.load(std::memory_order_seq_cst) != 0) [[unlikely]]
        wake_watchers(shard);
}

}  // namespace dummycache::store
