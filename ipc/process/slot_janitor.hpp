// SPDX-License-Identifier: MIT
// Clears up after a process that left, or that died.
#pragma once

#include <cstdint>

#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

/// Adds the slot's counters to the sums of all processes that left, frees its staged pages, marks it as nobody's
/// and raises its generation. Returns how many pages were freed.
///
/// The caller holds the slot's liveness byte, and the process of the slot writes no more. Takes one walk over the
/// page table if the process may have staged pages. Killed inside: the next holder of the byte does it again.
std::uint32_t retire_slot(Segment& segment, std::uint32_t slot);

/// The same for a process that is dead for certain. Takes the liveness byte for the time of the call. Does nothing
/// and returns 0 if somebody else holds the byte, or has retired the slot since. Any thread may call it.
std::uint32_t retire_dead_slot(Segment& segment, std::uint32_t slot, std::uint32_t generation);

}  // namespace dummycache::ipc
