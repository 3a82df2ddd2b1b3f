// SPDX-License-Identifier: MIT
// Keys that are made by one rule have one pattern.
#pragma once

#include <string>
#include <string_view>

namespace dummycache::cli {

/// The key with `*` in the place of each UUID, hash and number: "user:7:avatar" is "user:*:avatar". A hash is a word of 8 or more hexadecimal
/// digits with a number among them, or of 20 or more letters and digits.
[[nodiscard]] std::string pattern_of(std::string_view key);

}  // namespace dummycache::cli
