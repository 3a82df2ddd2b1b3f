// SPDX-License-Identifier: MIT
// Values that tell whether they are whole and whose they are.
//
//   | number 8 | of the key 8 | bytes that follow from number, key and place ... |
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dummycache::test {

inline constexpr std::size_t kCheckedHead = 16;

/// A number that looks like a random one; each `number` has its own.
[[nodiscard]] std::uint64_t mixed(std::uint64_t number) noexcept;

/// A value of `bytes` bytes (16 or more) with a number in it.
[[nodiscard]] std::string checked_value(std::string_view key, std::uint64_t number, std::size_t bytes);

/// The number in a value; empty if the value is not one that checked_value made for this key.
[[nodiscard]] std::optional<std::uint64_t> number_in(std::string_view key, std::string_view value);

}  // namespace dummycache::test
