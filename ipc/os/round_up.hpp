// SPDX-License-Identifier: MIT
// Rounding to whole pages, lines and blocks.
#pragma once

#include <cstdint>

namespace dummycache::ipc {

/// The smallest multiple of `unit` that is not less than `bytes`.
[[nodiscard]] constexpr std::uint64_t round_up(std::uint64_t bytes, std::uint64_t unit) {
    return (bytes + unit - 1) / unit * unit;
}

}  // namespace dummycache::ipc
