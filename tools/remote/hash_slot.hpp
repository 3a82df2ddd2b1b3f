// SPDX-License-Identifier: MIT
// The slot of a key in a cluster.
#pragma once

#include <cstdint>
#include <string_view>

namespace dummycache::remote {

inline constexpr std::uint16_t kSlots = 16384;

/// CRC16 of the key. If there is text between the first `{` and the next `}` of the key, the CRC16 of that text (the
/// hash tag) instead: keys with the same hash tag have the same slot.
[[nodiscard]] std::uint16_t slot_of(std::string_view key) noexcept;

}  // namespace dummycache::remote
