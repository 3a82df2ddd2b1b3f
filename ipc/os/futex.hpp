// SPDX-License-Identifier: MIT
// Sleeping on a word of shared memory.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace dummycache::ipc {

/// Sleeps if the word still is `seen`, until a wake or for `time` at most. May return early, so the caller looks
/// at the word again. Sleepers and wakers may be in any process that maps the word.
void sleep_while(std::atomic<std::uint32_t>& word, std::uint32_t seen,
                 std::chrono::nanoseconds time) noexcept;

/// Wakes up to `most` sleepers of any process. Keeps errno. One system call.
void wake(std::atomic<std::uint32_t>& word, int most) noexcept;

}  // namespace dummycache::ipc
