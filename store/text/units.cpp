// SPDX-License-Identifier: MIT
// Sizes and times with units, as people write them.
#include "dummycache/text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "store/text/small_letters.hpp"

namespace dummycache::text {

namespace {

constexpr double kMinute = 60;
constexpr double kHour = 60 * kMinute;
constexpr double kDay = 24 * kHour;

constexpr std::array<std::pair<std::string_view, double>, 33> kTimeUnits{{
    {"us", 1e-6},
    {"usec", 1e-6},
    {"microsecond", 1e-6},
    {"microseconds", 1e-6},
    {"ms", 1e-3},
    {"msec", 1e-3},
    {"millisecond", 1e-3},
    {"milliseconds", 1e-3},
    {"s", 1},
    {"sec", 1},
    {"secs", 1},
    {"second", 1},
    {"seconds", 1},
    {"m", kMinute},
    {"min", kMinute},
    {"mins", kMinute},
    {"minute", kMinute},
    {"minutes", kMinute},
    {"h", kHour},
    {"hr", kHour},
    {"hrs", kHour},
    {"hour", kHour},
    {"hours", kHour},
    {"d", kDay},
    {"day", kDay},
    {"days", kDay},
    {"w", 7 * kDay},
    {"wk", 7 * kDay},
    {"wks", 7 * kDay},
    {"week", 7 * kDay},
    {"weeks", 7 * kDay},
    {"\xc2\xb5s", 1e-6},
    {"\xce\xbcs", 1e-6},
}};

/// Takes a number of 0 or more off the front of `text`, which has to start with one.
std::optional<double> take_number(std::string_view& text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || std::signbit(number) || !std::isfinite(number)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// How often 1024 is in a unit; empty if there is no such unit.
std::optional<int> power_of(std::string_view unit) {
    constexpr std::string_view kLetters = "kmgt";
    if (unit.empty() || unit == "b" || unit == "byte" || unit == "bytes") return 0;
    const std::size_t power = kLetters.find(unit.front());
    const std::string_view end = unit.substr(1);
    if (power == kLetters.npos || !(end.empty() || end == "b" || end == "i" || end == "ib"))
        return std::nullopt;
    return static_cast<int>(power) + 1;
}

std::optional<double> seconds_in(std::string_view unit) {
    if (unit == "M") return std::nullopt;
    const std::string small = in_small_letters(unit);
    for (const auto& [name, seconds] : kTimeUnits) {
        if (name == small) return seconds;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> size_from(std::string_view text) {
    constexpr double kLimit = 9.223372036854775e18;
    std::string_view digits = text.substr(0, text.find_first_not_of("0123456789."));
    const auto power = power_of(in_small_letters(text.substr(digits.size())));
    const auto number = take_number(digits);
    if (!power || !number || !digits.empty()) return std::nullopt;
    const double bytes = std::ldexp(*number, 10 * *power);
    if (!(bytes < kLimit) || (*power == 0 && bytes != std::floor(bytes))) return std::nullopt;
    return static_cast<std::uint64_t>(bytes);
}

std::optional<std::chrono::duration<double>> time_from(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    double sum = 0;
    for (bool is_first = true; is_first || !text.empty(); is_first = false) {
        const auto number = take_number(text);
        if (!number) return std::nullopt;
        const std::string_view unit = text.substr(0, text.find_first_of("0123456789."));
        text.remove_prefix(unit.size());
        const bool is_bare = is_first && unit.empty() && text.empty();
        const auto seconds = is_bare ? std::optional(1.0) : seconds_in(unit);
        if (!seconds) return std::nullopt;
        sum += *number * *seconds;
    }
    if (!std::isfinite(sum)) return std::nullopt;
    return std::chrono::duration<double>(negative ? -sum : sum);
}

}  // namespace dummycache::text
