// SPDX-License-Identifier: MIT
// Sleeping on a word of shared memory.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace dummycache::ipc {

/// Sleeps until somebody wakes it or `time` is over, if the word still is `seen`. May return early.
/// Sleepers and wakers may be in any process.
void sleep_while(std::atomic<std::uint32_t>& word, std::uint32_t seen,
                 std::chrono::nanoseconds time) noexcept;

/// Wakes up to `most` sleepers. Keeps errno.
void wake(std::atomic<std::uint32_t>& word, int most) noexcept;

}  // namespace dummycache::ipc
