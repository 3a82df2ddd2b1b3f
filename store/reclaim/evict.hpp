// SPDX-License-Identifier: MIT
// Eviction, when the cache is full and may evict. The oldest page: entries without a mark go, marked ones lose one mark and
// move to the survivor page (the CLOCK algorithm, by pages, with two bits: F. J. Corbato, "A paging experiment with the
// Multics system", 1968).
//
// What a held checkpoint needs is kept, and pages with pinned entries stay as they are.
#pragma once

#include <cstdint>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Evicts the oldest page, or of as much of it as frees a large entry. What is exempt moves; if there is no place for
/// it, it stays where it is, and so does its page. False if this shard has nothing to evict.
/// `patient`: marked entries get another round; otherwise the page goes without looking.
bool evict_locked(const LockedShard& shard, bool patient, std::uint64_t now_us);

}  // namespace dummycache::store
