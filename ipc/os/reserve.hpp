// SPDX-License-Identifier: MIT
// Takes memory from the system before anybody touches it.
#pragma once

#include <cstddef>
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

/// Lets the system do for a reserved range, mapped at `memory`, what the first store into each page would make
/// it do. A file system on a disk may need one more block then, to note which part of a reserved piece is
/// written: what is no_space here would be SIGBUS in a store. Changes no byte, so others may write
/// meanwhile, and doing it twice is harmless. `memory` is where a page begins.
[[nodiscard]] Reserved prepare_writes(std::byte* memory, std::uint64_t bytes, int& error) noexcept;

/// Reserves by writing zeros. Only for a range that nobody uses.
[[nodiscard]] Reserved write_zeros(int descriptor, std::uint64_t offset, std::uint64_t bytes,
                                   int& error) noexcept;

}  // namespace dummycache::ipc
