// SPDX-License-Identifier: MIT
// UTF-8, visible text, base64, JSON strings and decimal seconds, as in snapshots. Programs that read or write such text
// may use the same functions. Any thread may call them; they keep no state. Each costs time in proportion
// to the length of its text.
#pragma once

#include "dummycache/detail/language.hpp"

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

/// Whether the character is invisible, or changes the order in which a text is shown: control characters,
/// line separators, marks of direction.
[[nodiscard]] bool is_treacherous(std::uint32_t code) noexcept;

/// Whether nobody sees the character, or it changes what is seen beside it: the treacherous ones, and all
/// others that have no form of their own, such as variation selectors and fillers.
[[nodiscard]] bool is_invisible(std::uint32_t code) noexcept;

/// The text with everything visible, safe to show on a terminal. Invisible characters become `\n`, `\r`,
/// `\t`, `\xHH` (each byte of the other control characters), `\uHHHH` or `\UHHHHHHHH`, and bytes that are
/// not UTF-8 become `\xHH`. Characters of ASCII that are in `kept` stay as they are. Those in `doubled` are
/// written twice: with a backslash there, the bytes can be told from the result.
[[nodiscard]] std::string visible(std::string_view text, std::string_view kept = {},
                                  std::string_view doubled = {});

// ---- base64 with padding (RFC 4648, section 4) ------------------------------------------------------

void append_base64(std::string& to, std::string_view bytes);

/// Empty unless `text` is exactly the output of append_base64 for some bytes.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

// ---- JSON ------------------------------------------------------------------------------------------

/// Appends a JSON string of a UTF-8 text. Each text is written in one way only. Treacherous characters are
/// escaped.
void append_json_string(std::string& to, std::string_view utf8);

// ---- decimal seconds, exact to the microsecond ------------------------------------------------------

/// Without needless zeros: "90", "0.5", "-0.000001".
[[nodiscard]] std::string seconds(std::chrono::microseconds time);

/// Empty unless the text is decimal digits, perhaps with a point and up to six decimals. Empty, too, if it
/// is more than a std::chrono::microseconds can hold.
[[nodiscard]] std::optional<std::chrono::microseconds> seconds_from(std::string_view text);

// ---- sizes and times as people write them ------------------------------------------------------------

/// Bytes: "1048576", "512K", "64MB", "64MiB", "1.5g". Units are powers of 1024, in small or capital letters: B, K, M,
/// G and T, each also with B, i or iB behind it. An m is mega here. Empty if it is anything else, or 2^63 or more.
[[nodiscard]] std::optional<std::uint64_t> size_from(std::string_view text);

/// "512B", "1.5KiB", "64MiB".
[[nodiscard]] std::string size_text(std::uint64_t bytes);
/// "250us", "12ms", "12.3s", "5m12s", "3h05m", "12d04h".
[[nodiscard]] std::string time_text(std::chrono::microseconds time);

/// A time: "90", "1.5", "250ms", "10m", "1h30m", "2days", "-1". Seconds if there is no unit. Units are us, ms, s, m or
/// min, h, d and w, and their English names. An m is a minute here; a capital M is none, as it could be mega or a
/// month. Empty if it is anything else. The caller checks the range.
[[nodiscard]] std::optional<std::chrono::duration<double>> time_from(std::string_view text);

}  // namespace dummycache::text
