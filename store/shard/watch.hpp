// SPDX-License-Identifier: MIT
// Waiting for a key to change, on a futex of its shard.
//
// Who waits leaves in the shard until when it is worth waking anybody (a lease, renewed while it
// waits), looks at the key, and sleeps on `changes`. A writer that finds such a lease when it has
// let the lock go raises `changes` and wakes all. A waiter that dies costs writers a system call
// each until its lease is over, and nothing after that.
#pragma once

#include <chrono>

#include "store/layout/layout.hpp"

namespace dummycache::store {

/// Longest sleep before the key is looked at again, whatever happens.
inline constexpr std::chrono::milliseconds kWatchSlice{100};

/// Longer is for ever: in nanoseconds it might not be a number any more.
inline constexpr std::chrono::milliseconds kVeryLong = std::chrono::hours(24 * 365 * 100);

/// Announces a waiter for the next two slices; returns what `changes` is now.
[[nodiscard]] std::uint32_t watch(layout::Shard& shard) noexcept;

/// Sleeps until `changes` is no longer `seen`, or for `time`.
void sleep_until_changed(layout::Shard& shard, std::uint32_t seen, std::chrono::nanoseconds time) noexcept;

/// Wakes all who wait. Called only if watched_until is not 0.
void wake_watchers(layout::Shard& shard) noexcept;

/// After a write, with the lock let go.
inline void wake_waiters(layout::Shard& shard) noexcept {
    if (shard.watched_until.load(std::memory_order_seq_cst) != 0) [[unlikely]]
        wake_watchers(shard);
}

}  // namespace dummycache::store
