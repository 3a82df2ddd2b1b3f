// SPDX-License-Identifier: MIT
// Decimal seconds, exact to the microsecond. A floating point number would not be exact.
#include "dummycache/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <limits>

namespace dummycache::text {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::size_t kDecimals = 6;

std::optional<std::int64_t> digits_from(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
    return number;
}

}  // namespace

std::string seconds(std::chrono::microseconds time) {
    std::string text = time.count() < 0 ? "-" : "";
    text += std::to_string(std::abs(time.count() / kSecond));
    std::string decimals = std::to_string(std::abs(time.count() % kSecond));
    if (decimals == "0") return text;
    decimals.insert(0, kDecimals - decimals.size(), '0');
    decimals.erase(decimals.find_last_not_of('0') + 1);
    return text + '.' + decimals;
}

std::optional<std::chrono::microseconds> seconds_from(std::string_view text) {
    constexpr std::int64_t kMostSeconds = std::numeric_limits<std::int64_t>::max() / kSecond - 1;
    const std::size_t point = std::min(text.find('.'), text.size());
    const auto whole = digits_from(text.substr(0, point));
    if (!whole || *whole > kMostSeconds) return std::nullopt;
    std::int64_t micro = 0;
    if (point < text.size()) {
        std::string decimals(text.substr(point + 1));
        if (decimals.empty() || decimals.size() > kDecimals) return std::nullopt;
        decimals.append(kDecimals - decimals.size(), '0');
        const auto parsed = digits_from(decimals);
        if (!parsed) return std::nullopt;
        micro = *parsed;
    }
    return std::chrono::microseconds(*whole * kSecond + micro);
}

}  // namespace dummycache::text
