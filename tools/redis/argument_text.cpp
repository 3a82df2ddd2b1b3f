// SPDX-License-Identifier: MIT
#include "tools/redis/argument_text.hpp"

#include <charconv>

namespace dummycache::redis {

std::optional<std::int64_t> integer_in(std::string_view text) noexcept {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    const std::string_view digits = text.front() == '-' ? text.substr(1) : text;
    if (digits.front() == '0' && text != "0") return std::nullopt;
    return number;
}

}  // namespace dummycache::redis
