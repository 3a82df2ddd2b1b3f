// SPDX-License-Identifier: MIT
// Bytes, sizes and durations as people read and write them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <dummycache/text.hpp>

namespace dummycache::cli {

using text::is_utf8;
using text::seconds;

/// Two digits a byte.
[[nodiscard]] std::string hex(std::string_view bytes);

/// How many columns the text takes, if each character takes one.
[[nodiscard]] std::size_t columns_of(std::string_view text) noexcept;

/// One line from which the bytes can be told: text::visible with `\\` for a backslash.
[[nodiscard]] std::string escaped(std::string_view bytes);

/// The text with its lines and tabs, made safe for a terminal.
[[nodiscard]] std::string printable(std::string_view bytes);

/// A message as one line that is safe for a terminal.
[[nodiscard]] std::string one_line(std::string_view message);

/// "512B", "1.5KiB", "64MiB".
[[nodiscard]] std::string human_size(std::uint64_t bytes);

/// "12ms", "12.3s", "5m12s", "3h05m", "12d04h", or "forever".
[[nodiscard]] std::string human_ttl(std::chrono::microseconds ttl);

/// The candidate that is most like `word`, or an empty view if none is like it.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace dummycache::cli
