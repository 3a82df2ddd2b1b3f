// SPDX-License-Identifier: MIT
// Memory of an object goes back to the system.
#pragma once

#include <cstdint>

namespace dummycache::ipc {

/// The bytes [from, to) of an object become a hole: they are zeros and take no memory. Some file systems cannot do that; then nothing
/// happens. Any thread; nobody may use the range meanwhile.
void punch_hole(int descriptor, std::uint64_t from, std::uint64_t to) noexcept;

}  // namespace dummycache::ipc
