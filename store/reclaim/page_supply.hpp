// SPDX-License-Identifier: MIT
// Room for a write. It comes from free pages, from this shard's reclaim, or from another shard. Making room
// may move or evict any entry of the shard. So a caller first makes room and then looks up its key.
#pragma once

#include <cstdint>
#include <optional>

#include "store/layout/key_hash.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// How many pages a shard owns: data, index, overflow and undo pages. The sum may mix two moments if the
/// caller does not hold its lock.
[[nodiscard]] std::uint32_t pages_of(const layout::Shard& shard) noexcept;

/// An empty DATA page that this shard owns. Nothing if the cache is full and may not evict, or if nothing
/// is left to evict.
[[nodiscard]] std::optional<std::uint32_t> obtain_page_locked(const LockedShard& shard);

/// The same, but the page becomes a staged page of `owner`, a process.
[[nodiscard]] std::optional<std::uint32_t> stage_page_locked(const LockedShard& shard, std::uint64_t owner);

/// Makes room for `bytes` in the nursery page. False if obtain_page_locked has no page.
[[nodiscard]] bool make_room_locked(const LockedShard& shard, std::uint64_t bytes);

/// Makes room in the index for a key whose two buckets are full, by a split. If the index cannot grow any
/// more, evicts an entry of its first bucket, if the cache may evict. False if there is no page or no slot.
[[nodiscard]] bool make_index_room_locked(const LockedShard& shard, const KeyHash& hash);

/// Makes room for one undo record. If there is no memory for it, the checkpoints are lost, and no record is
/// needed. May move or evict any entry of the shard.
void make_undo_room_locked(const LockedShard& shard);

}  // namespace dummycache::store
