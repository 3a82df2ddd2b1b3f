// SPDX-License-Identifier: MIT
// Sizes and times as people read them.
#include <array>

#include <fmt/format.h>

#include "dummycache/text.hpp"

namespace dummycache::text {

std::string size_text(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 6> units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) return fmt::format("{}B", bytes);
    double amount = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    // 1023.95 would be printed as 1024.0, one unit too small.
    for (; amount >= 1023.95; ++unit) amount /= 1024;
    const auto tenths = static_cast<std::int64_t>(amount * 10 + 0.5);
    if (tenths % 10 == 0) return fmt::format("{}{}", tenths / 10, units[unit]);
    return fmt::format("{}.{}{}", tenths / 10, tenths % 10, units[unit]);
}

std::string time_text(std::chrono::microseconds time) {
    using namespace std::chrono_literals;
    const std::int64_t ms = time / 1ms;
    const std::int64_t s = time / 1s;
    if (time < 1ms) return fmt::format("{}us", time.count());
    if (time < 1s) return fmt::format("{}ms", ms);
    if (time < 1min) return fmt::format("{}.{}s", s, ms / 100 % 10);
    if (time < 1h) return fmt::format("{}m{:02}s", s / 60, s % 60);
    if (time < 24h) return fmt::format("{}h{:02}m", s / 3600, s / 60 % 60);
    return fmt::format("{}d{:02}h", s / 86'400, s / 3600 % 24);
}

}  // namespace dummycache::text
