// SPDX-License-Identifier: MIT
// The moment when a call gives up.
#pragma once

#include <algorithm>
#include <chrono>

namespace dummycache::remote {

using Deadline = std::chrono::steady_clock::time_point;

[[nodiscard]] inline Deadline deadline_in(std::chrono::milliseconds time) noexcept {
    return std::chrono::steady_clock::now() + time;
}

/// The longest wait for poll(): milliseconds, rounded up; 0 if the time is over.
[[nodiscard]] inline int poll_time(Deadline deadline) noexcept {
    constexpr std::chrono::milliseconds::rep kMost = 1'000'000;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, kMost));
}

[[nodiscard]] inline bool is_over(Deadline deadline) noexcept {
    return std::chrono::steady_clock::now() >= deadline;
}

}  // namespace dummycache::remote
