// SPDX-License-Identifier: MIT
// Remaining times as decimal seconds, exact to the microsecond.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dummycache::store::snapshot {

/// Without needless zeros: "90", "0.5".
[[nodiscard]] std::string seconds_text(std::chrono::microseconds time);

/// Empty if the text is no number above 0 of at most six decimals without an exponent, or of more than
/// 2,000 years.
[[nodiscard]] std::optional<std::chrono::microseconds> seconds_from(std::string_view text);

}  // namespace dummycache::store::snapshot
