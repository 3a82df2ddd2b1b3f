// SPDX-License-Identifier: MIT
// Text as the server hands it over, and the numbers in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// The bytes of an argument; valid as long as the argument is.
[[nodiscard]] inline std::string_view text_of(const String* string) noexcept {
    std::size_t size = 0;
    const char* const bytes = api::StringPtrLen(string, &size);
    return {bytes, size};
}

/// Small letters instead of A to Z, in every locale.
[[nodiscard]] constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The number that the text is, as Redis reads one: no blanks, no plus, no leading zeros.
[[nodiscard]] std::optional<std::int64_t> integer_in(std::string_view text) noexcept;

}  // namespace dummycache::redis
