// SPDX-License-Identifier: MIT
// Takes memory from the system before anybody touches it.
#pragma once

#include <cstdint>

namespace dummycache::ipc {

enum class Reserved : std::uint8_t {
    yes,
    no_space,     ///< nothing in this range may be touched that could not be touched before
    unsupported,  ///< this file system cannot reserve; write_zeros can
};

/// Reserves [offset, offset + bytes), which must lie inside the object's size. Bytes that are
/// there keep their value, so doing it twice is harmless. `error` receives errno on failure.
[[nodiscard]] Reserved reserve(int descriptor, std::uint64_t offset, std::uint64_t bytes,
                               int& error) noexcept;

/// Reserves by writing zeros. Only for a range that nobody uses.
[[nodiscard]] Reserved write_zeros(int descriptor, std::uint64_t offset, std::uint64_t bytes,
                                   int& error) noexcept;

}  // namespace dummycache::ipc
