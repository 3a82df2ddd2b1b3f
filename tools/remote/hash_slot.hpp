// SPDX-License-Identifier: MIT
// Which of a cluster's slots a key belongs to.
#pragma once

#include <cstdint>
#include <string_view>

namespace dummycache::remote {

inline constexpr std::uint16_t kSlots = 16384;

/// CRC16 of the key, or of what stands between its first `{` and the next `}` if that is not nothing, so
/// that keys with the same tag are neighbours.
[[nodiscard]] std::uint16_t slot_of(std::string_view key) noexcept;

}  // namespace dummycache::remote
