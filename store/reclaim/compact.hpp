// SPDX-License-Identifier: MIT
// Compaction: the page that gives most; its live entries move to the survivor page; dead, expired and cleared ones go.
// Nothing that is visible is lost, and nothing that a held checkpoint needs.
#pragma once

#include <cstdint>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Keeps the share of dead bytes bounded while there is memory to be had.
void tidy_locked(const LockedShard& shard, std::uint64_t now_us);

/// Compaction when the cache is full, if it gives enough. An open page with expired entries is closed for it: what has
/// expired must not make a cache refuse. False if nothing was done.
bool squeeze_locked(const LockedShard& shard, std::uint64_t now_us);

}  // namespace dummycache::store
