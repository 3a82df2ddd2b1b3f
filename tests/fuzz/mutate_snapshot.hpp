// SPDX-License-Identifier: MIT
// Changes of inputs that know what a snapshot looks like. Only a libFuzzer target can link them.
#pragma once

#include <random>
#include <string>

namespace dummycache::fuzz {

/// Changes one part of a binary snapshot. Lengths and checksums are right again after it, counts and the order
/// of the keys mostly.
[[nodiscard]] std::string mutated_binary(const std::string& input, std::mt19937& random);

/// Changes whole lines, or bytes of one.
[[nodiscard]] std::string mutated_text(const std::string& input, std::mt19937& random);

}  // namespace dummycache::fuzz
