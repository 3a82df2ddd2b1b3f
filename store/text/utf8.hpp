// SPDX-License-Identifier: MIT
// UTF-8, as strictly as Unicode defines it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dummycache::store::snapshot {

struct Character {
    std::uint32_t code = 0;
    std::size_t bytes = 0;  ///< 0: no character begins here
};

/// The character at the start of `text`, which is not empty.
[[nodiscard]] Character first_character(std::string_view text) noexcept;

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Whether a reader of a text could not see the character, or would see the text in another order: control
/// characters, line separators, marks of direction.
[[nodiscard]] bool is_treacherous(std::uint32_t code) noexcept;

}  // namespace dummycache::store::snapshot
