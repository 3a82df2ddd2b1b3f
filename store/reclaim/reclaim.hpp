// SPDX-License-Identifier: MIT
// Getting pages back: one walk over a page serves both compaction and eviction.
//
//   compaction  the page that gives most: live entries move to the survivor page, dead, expired and
//               cleared ones go. Nothing that is visible is lost.
//   eviction    only when the cache is full and may evict. The oldest page: entries without a mark
//               go, marked ones lose one mark and move to the survivor page (the CLOCK algorithm, by
//               pages, with two bits: F. J. Corbato, "A paging experiment with the Multics system",
//               1968). After many pages of marked entries the next page goes without looking.
//
// What a held checkpoint needs is kept, whatever else is true of it, and pages with pinned entries stay as they are.
// If there is nothing else left to give, the checkpoints are lost before anything that can be seen is.
//
// Everything here may move or evict any entry of the shard.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "store/index/index.hpp"
#include "store/layout/entry_ref.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Claims a free page of the arena for this shard, empty.
[[nodiscard]] std::optional<std::uint32_t> claim_page_locked(const LockedShard& shard);

/// Without an empty page in reserve nothing can be compacted any more, so it comes before everything
/// else, while there are pages to be had. False if there is none.
bool ensure_reserve_locked(const LockedShard& shard);

/// Takes an entry away from its slot and counts it in `counter`, unless clear has counted it already.
void drop_locked(const LockedShard& shard, const EntryRef& entry, const SlotRef& slot,
                 std::atomic<std::uint64_t>& counter);

/// Keeps the share of dead bytes bounded while there is memory to be had.
void tidy_locked(const LockedShard& shard, std::uint64_t now_us);

/// Compacts and evicts in this shard until a page can be claimed. Empty if the cache may not evict
/// and has nothing left to compact, or nothing to evict.
[[nodiscard]] std::optional<std::uint32_t> reclaim_page_locked(const LockedShard& shard,
                                                               std::uint64_t now_us);

}  // namespace dummycache::store
