// SPDX-License-Identifier: MIT
// Takes back the pages of processes that died while they filled them.
#pragma once

#include <cstdint>

#include "ipc/process/process_table.hpp"
#include "ipc/segment/page_arena.hpp"

namespace dummycache::ipc {

/// Frees the pages that dead processes had staged, and clears their slots of the process table. `arena` and
/// `self` are of one segment. Returns how many pages were freed. Any thread of any process may call it at any
/// time. One load while nobody stages; else a few system calls for each process that stages, and one walk over
/// the page table for each dead one. Killed inside: the next caller frees the rest.
std::uint32_t reap_staged(PageArena& arena, const Membership& self);

}  // namespace dummycache::ipc
