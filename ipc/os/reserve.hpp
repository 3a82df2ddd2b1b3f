// SPDX-License-Identifier: MIT
// Takes memory from the system before anybody touches it.
//
// Any thread of any process may call these functions at the same time, except write_zeros. None throws. Killed
// inside: a part of the range is reserved, and the next caller begins again.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dummycache::ipc {

enum class Reserved : std::uint8_t {
    yes,
    no_space,     ///< no byte of the range is safer to touch than before
    unsupported,  ///< this file system or kernel cannot do it; write_zeros can
};

/// Reserves the bytes [offset, offset + bytes) of an object, which must lie inside its size. Bytes keep their
/// value, so doing it twice is harmless. `error` receives errno on failure. Signals wait meanwhile. One system call
/// for each 16 MiB.
[[nodiscard]] Reserved reserve(int descriptor, std::uint64_t offset, std::uint64_t bytes,
                               int& error) noexcept;

/// Makes the system do now what the first store into each page of a reserved range would make it do. A file system
/// on a disk may need one more block at that store, to note which part of a reserved piece is written. If there is
/// none, the store would raise SIGBUS; this function returns no_space instead. It changes no byte, so others may
/// write meanwhile, and doing it twice is harmless. The range is mapped at `memory`, where a page of 4 KiB begins.
[[nodiscard]] Reserved prepare_writes(std::byte* memory, std::uint64_t bytes, int& error) noexcept;

/// Reserves a range by writing zeros into it. Only for a range that nobody uses, by one process at a time.
[[nodiscard]] Reserved write_zeros(int descriptor, std::uint64_t offset, std::uint64_t bytes,
                                   int& error) noexcept;

}  // namespace dummycache::ipc
