// SPDX-License-Identifier: MIT
// Eviction, when the cache is full and may evict. Small entries go by pages, large ones one by one; of the two,
// the older goes. Entries without a mark go. Each of the others loses one mark and gets another round. This is
// the CLOCK algorithm with two bits: F. J. Corbato, "A paging experiment with the Multics system", 1968.
//
// Entries that a held checkpoint needs are kept. Pages with pinned entries stay as they are.
#pragma once

#include <cstdint>

#include "store/layout/locked_shard.hpp"
#include "store/reclaim/victim_page.hpp"

namespace dummycache::store {

/// Evicts the oldest page with small entries. Headers of large entries in it move to the survivor page, and
/// so does an exempt entry; if there is no room for that one, it stays, and its page stays, too. False if
/// this shard has nothing to evict. `patient`: marked entries are kept once more. Otherwise marks do not
/// count.
bool evict_page_locked(const LockedShard& shard, bool patient, Open open, std::uint64_t now_us);

}  // namespace dummycache::store
