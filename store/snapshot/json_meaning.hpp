// SPDX-License-Identifier: MIT
// What a JSON text means, whatever its spelling.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dummycache::store::snapshot {

/// Bytes that are equal for two texts exactly if these mean the same JSON value. Empty if the text is no JSON,
/// if it is nested more than kMaxDepth deep, if a number in it is above 1.7e308, which the parser refuses, or if it has
/// 2 GiB or more.
///
/// Blanks, escapes and the order of an object's names do not count. Numbers are decimal fractions of any length:
/// 1, 1.0 and 10e-1 are one number, and nothing is rounded. -0 is 0. Names that come twice in an object have no
/// meaning on which parsers agree, so all of their values count, in their order.
///
/// Takes time in proportion to the text, times its depth if names are not in order, and a few times its memory.
[[nodiscard]] std::optional<std::string> json_meaning(std::string_view text);

}  // namespace dummycache::store::snapshot
