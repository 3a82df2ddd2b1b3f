// SPDX-License-Identifier: MIT
// UTF-8, base64, JSON strings and decimal seconds, as snapshots have them. Programs that read or write such
// text may use the same functions. Any thread may call them; none keeps anything; each costs as much as its text is long.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dummycache::text {

// ---- UTF-8, as strictly as Unicode defines it ------------------------------------------------------

struct Character {
    std::uint32_t code = 0;
    std::size_t bytes = 0;  ///< 0: no character begins here
};

/// The character at the start of `text`; none if `text` is empty.
[[nodiscard]] Character first_character(std::string_view text) noexcept;

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Whether a reader of a text could not see the character, or would see the text in another order: control
/// characters, line separators, marks of direction.
[[nodiscard]] bool is_treacherous(std::uint32_t code) noexcept;

// ---- base64 with padding (RFC 4648, section 4) ------------------------------------------------------

void append_base64(std::string& to, std::string_view bytes);

/// Empty if `text` is not exactly what append_base64 makes of some bytes.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

// ---- JSON ------------------------------------------------------------------------------------------

/// Appends a JSON string of a text that is UTF-8. There is one way only in which each text is written;
/// characters that are treacherous are escaped.
void append_json_string(std::string& to, std::string_view utf8);

// ---- decimal seconds, exact to the microsecond ------------------------------------------------------

/// Without needless zeros: "90", "0.5", "-0.000001".
[[nodiscard]] std::string seconds(std::chrono::microseconds time);

/// Empty if the text is not decimal digits, with a point and up to six decimals perhaps, or if it is more
/// than a std::chrono::microseconds can hold.
[[nodiscard]] std::optional<std::chrono::microseconds> seconds_from(std::string_view text);

}  // namespace dummycache::text
