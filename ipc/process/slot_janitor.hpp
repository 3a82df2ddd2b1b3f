// SPDX-License-Identifier: MIT
// Clears up after a process that left, or that died.
#pragma once

#include <cstdint>

#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

/// Folds the slot's counters, frees its STAGED pages, raises its generation and marks it as
/// nobody's. Returns how many pages were freed. The caller holds the slot's liveness byte, and the
/// process it stood for writes no more. Killed inside: the next holder of the byte does it again.
std::uint32_t retire_slot(Segment& segment, std::uint32_t slot);

/// The same for a process that is dead for certain; takes the liveness byte for it. Does nothing if
/// somebody else has the byte or has retired the slot meanwhile.
std::uint32_t retire_dead_slot(Segment& segment, std::uint32_t slot, std::uint32_t generation);

}  // namespace dummycache::ipc
