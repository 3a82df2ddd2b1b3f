// SPDX-License-Identifier: MIT
// How far a long command is, on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include <dummycache/snapshot.hpp>

namespace dummycache::cli {

/// A line on a terminal that is there while the work goes on, once it has taken a second.
class ProgressBar {
public:
    /// `label` has to live as long as the bar. One that is not wanted is never drawn.
    ProgressBar(std::string_view label, bool wanted) noexcept;
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ~ProgressBar();

    void show(std::uint64_t done, std::uint64_t total) noexcept;

    /// For calls that may end halfway: shows, and throws Interrupted after a Ctrl-C.
    [[nodiscard]] Progress interruptible();

private:
    using Clock = std::chrono::steady_clock;

    std::string_view label_;
    bool wanted_;
    bool drawn_ = false;
    Clock::time_point next_;
};

}  // namespace dummycache::cli
