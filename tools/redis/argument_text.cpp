// SPDX-License-Identifier: MIT
#include "tools/redis/argument_text.hpp"

#include <algorithm>

namespace dummycache::redis {

bool is_word(std::string_view text, std::string_view word) noexcept {
    return std::ranges::equal(text, word, {}, lower, lower);
}

std::string lowercase(std::string_view text) {
    std::string small(text);
    for (char& c : small) c = lower(c);
    return small;
}

std::optional<std::int64_t> integer_in(std::string_view text) noexcept {
    const auto number = number_in<std::int64_t>(text);
    if (!number) return std::nullopt;
    const std::string_view digits = text.front() == '-' ? text.substr(1) : text;
    if (digits.front() == '0' && text != "0") return std::nullopt;
    return number;
}

}  // namespace dummycache::redis
