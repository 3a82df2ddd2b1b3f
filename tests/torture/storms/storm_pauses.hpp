// SPDX-License-Identifier: MIT
// Pauses at random between the steps of a call, so that deaths and other processes come in between.
#pragma once

#include <cstdint>
#include <string_view>

#include <sched.h>
#include <unistd.h>

#include "ipc/kill_point.hpp"

namespace dummycache::test {

/// How often this process was about to copy a value that it had found, repetitions included.
inline std::uint64_t copies_begun = 0;

namespace detail {

inline std::uint64_t pause_state = 0;

inline void pause_now_and_then(const char* name) {
    constexpr std::uint32_t kLongestPauseUs = 32'000;
    constexpr std::uint32_t kLongestCommitUs = 2000;
    pause_state = pause_state * 6364136223846793005U + 1442695040888963407U;
    const auto dice = static_cast<std::uint32_t>(pause_state >> 33);
    const std::string_view point(name);
    const bool found = point == "value found by a reader";
    copies_begun += found;
    if (found || point == "value copied by a reader" || point == "page chosen by a reader") {
        // Long enough for writers to use the memory under the value for something else.
        const std::uint32_t longest = dice / 128 % 8 == 0 ? kLongestPauseUs : kLongestPauseUs / 16;
        if (dice % 128 == 0) ::usleep(dice / 1024 % longest);
    } else if (point == "slot stored" || point == "slot emptied") {
        // A death here leaves a bucket that was not raised.
        if (dice % 256 == 0) ::usleep(dice / 256 % kLongestCommitUs);
    } else if (dice % 512 == 0) {
        ::sched_yield();
    }
}

}  // namespace detail

/// From now on this process pauses: readers sleep in the middle of a read, writers let others run.
inline void pause_at_random(std::uint64_t stream) {
    copies_begun = 0;
    detail::pause_state = stream;
    ipc::kill_point_hook = detail::pause_now_and_then;
}

}  // namespace dummycache::test
