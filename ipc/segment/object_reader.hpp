// SPDX-License-Identifier: MIT
// Reads a segment's object without mapping it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "ipc/segment/superblock.hpp"

namespace dummycache::ipc {

/// The identity at the beginning of a regular file, not checked in any way. Empty if the object is too short or
/// cannot be read. One system call.
[[nodiscard]] std::optional<layout::Identity> read_identity(int descriptor) noexcept;

/// The word of the superblock at `offset`, in bytes from the superblock's begin. The identity must have been
/// checked. Empty if the word cannot be read. One system call.
[[nodiscard]] std::optional<std::uint64_t> read_superblock(int descriptor, const layout::Identity& identity,
                                                           std::size_t offset) noexcept;

}  // namespace dummycache::ipc
