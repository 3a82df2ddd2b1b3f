// SPDX-License-Identifier: MIT
// JSON for a person.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dummycache::cli {

/// The text with each element on a line of its own. Only white space is moved; tokens stay as they are, byte
/// for byte. Empty if it is no JSON, or nested so deep that nobody could read it, and for what RapidJSON does not
/// take: numbers that no double holds, and halves of surrogate pairs.
[[nodiscard]] std::optional<std::string> pretty_json(std::string_view text);

}  // namespace dummycache::cli
