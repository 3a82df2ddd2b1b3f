// SPDX-License-Identifier: MIT
// How far a long command is, on standard error. By hand: what a library adds is threads and escape sequences.
#include "tools/cli/format/progress.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <unistd.h>

#include "tools/cli/process/interrupt.hpp"
#include "tools/cli/process/terminal.hpp"

namespace dummycache::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 1s;
constexpr auto kBetweenDrawings = 100ms;
constexpr std::size_t kBarColumns = 24;
constexpr std::size_t kLineColumns = 48;

/// Whether a line there can be drawn again in place.
bool can_draw() noexcept {
    return is_smart_terminal(STDERR_FILENO) &&
           terminal_columns(STDERR_FILENO).value_or(kLineColumns) >= kLineColumns;
}

void write_to_terminal(std::string_view text) noexcept {
    // What cannot be drawn is not missed.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

ProgressBar::ProgressBar(std::string_view label, bool wanted) noexcept
    : label_(label), wanted_(wanted && can_draw()), next_(Clock::now() + kPatience) {}

ProgressBar::~ProgressBar() {
    if (drawn_) write_to_terminal("\r\033[K");
}

void ProgressBar::show(std::uint64_t done, std::uint64_t total) noexcept {
    if (!wanted_ || total == 0) return;
    const Clock::time_point now = Clock::now();
    if (now < next_) return;
    next_ = now + kBetweenDrawings;
    drawn_ = true;
    const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    std::array<char, kBarColumns + 1> bar{};
    std::fill_n(bar.begin(), kBarColumns, '.');
    std::fill_n(bar.begin(), static_cast<std::size_t>(part * kBarColumns), '#');
    std::array<char, 2 * kLineColumns> line{};
    const int bytes = std::snprintf(line.data(), line.size(), "\r%.*s [%s] %3d%%\033[K",
                                    static_cast<int>(std::min<std::size_t>(label_.size(), 12)), label_.data(),
                                    bar.data(), static_cast<int>(part * 100));
    write_to_terminal({line.data(), static_cast<std::size_t>(bytes)});
}

Progress ProgressBar::interruptible() {
    return [this](std::uint64_t done, std::uint64_t total) {
        throw_if_interrupted();
        show(done, total);
    };
}

}  // namespace dummycache::cli
