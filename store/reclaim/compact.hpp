// SPDX-License-Identifier: MIT
// Compaction: takes the page that gives the most bytes, moves its live entries to the survivor page, and
// drops its dead, expired and cleared entries. Visible entries are never lost, nor entries that a held
// checkpoint needs.
#pragma once

#include <cstdint>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Keeps the share of dead bytes low while the cache still gets new pages. Compacts up to three pages.
void tidy_locked(const LockedShard& shard, std::uint64_t now_us);

/// Compaction in a full cache, if it gives enough. False if nothing was done. If no listed page gives
/// enough, it closes an open page that may have expired entries, and returns true: a cache must not refuse
/// a write because of expired entries.
bool squeeze_locked(const LockedShard& shard, std::uint64_t now_us);

}  // namespace dummycache::store
