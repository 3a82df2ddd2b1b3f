// SPDX-License-Identifier: MIT
// Eviction, when the cache is full and may evict. It takes the oldest page. Entries without a mark go. Each
// of the others loses one mark and moves to the survivor page. This is the CLOCK algorithm, by pages, with
// two bits: F. J. Corbato, "A paging experiment with the Multics system", 1968.
//
// Entries that a held checkpoint needs are kept. Pages with pinned entries stay as they are.
#pragma once

#include <cstdint>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Evicts the oldest page. It stops early once a large entry has freed its overflow pages. False if this
/// shard has nothing to evict. An exempt entry moves to the survivor page; if there is no room for it, it
/// stays, and its page stays, too. `patient`: marked entries are kept once more. Otherwise marks do not
/// count.
bool evict_locked(const LockedShard& shard, bool patient, std::uint64_t now_us);

}  // namespace dummycache::store
