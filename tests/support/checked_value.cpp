// SPDX-License-Identifier: MIT
#include "support/checked_value.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

namespace dummycache::test {

std::uint64_t mixed(std::uint64_t number) noexcept {
    number = (number ^ number >> 31) * 0x7fb5d329728ea185U;
    number = (number ^ number >> 27) * 0x81dadef4bc2dd44dU;
    return number ^ number >> 33;
}

std::string checked_value(std::string_view key, std::uint64_t number, std::size_t bytes) {
    std::string value(bytes < kCheckedHead ? kCheckedHead : bytes, '\0');
    const std::uint64_t whose = std::hash<std::string_view>{}(key);
    std::memcpy(value.data(), &number, 8);
    std::memcpy(value.data() + 8, &whose, 8);
    for (std::size_t at = kCheckedHead; at < value.size(); at += 8) {
        const std::uint64_t word = mixed(number + whose + at + value.size());
        std::memcpy(value.data() + at, &word, std::min<std::size_t>(8, value.size() - at));
    }
    return value;
}

std::optional<std::uint64_t> number_in(std::string_view key, std::string_view value) {
    if (value.size() < kCheckedHead) return std::nullopt;
    std::uint64_t number = 0;
    std::memcpy(&number, value.data(), 8);
    if (checked_value(key, number, value.size()) != value) return std::nullopt;
    return number;
}

}  // namespace dummycache::test
