// SPDX-License-Identifier: MIT
// Making room: one walk over a page serves both compaction and eviction.
//
//   compaction  the page with the fewest live bytes: live entries move to the kept page, dead,
//               expired and cleared ones go. Nothing that is visible is lost.
//   eviction    only when the cache is full and may evict. The oldest page: entries without a mark
//               go, marked ones lose one mark and move to the kept page (the CLOCK algorithm, by
//               pages, with two bits: F. J. Corbato, "A paging experiment with the Multics system",
//               1968). After many pages of marked entries the next page goes without looking.
//
// Everything here may move or evict any entry of the shard: make room first, then look up.
#pragma once

#include <cstdint>
#include <optional>

#include "store/entry_ref.hpp"
#include "store/index.hpp"
#include "store/locked_shard.hpp"

namespace dummycache::store {

/// An empty DATA page in this shard's hands: a free one, or one that reclaim makes. Empty if the
/// cache is full and may not evict, or has nothing left to evict.
[[nodiscard]] std::optional<std::uint32_t> obtain_page_locked(const LockedShard& shard);

/// Room for `bytes` in the fresh page. False as above.
[[nodiscard]] bool make_room_locked(const LockedShard& shard, std::uint64_t bytes);

/// Another index page for a key whose buckets are full. False as above, or if the index can grow no
/// more: then an entry of these buckets is evicted, if that is allowed.
[[nodiscard]] bool make_index_room_locked(const LockedShard& shard, const KeyHash& hash);

/// Whether an entry may still be seen: of this era, and its deadline not reached.
[[nodiscard]] bool is_visible(const EntryRef& entry, std::uint64_t clear_era, std::uint64_t now_us) noexcept;

}  // namespace dummycache::store
