// SPDX-License-Identifier: MIT
// Room for what is to be written, wherever it comes from: free pages, this shard's reclaim, another
// shard. It may move or evict any entry of the shard: make room first, then look up.
#pragma once

#include <cstdint>
#include <optional>

#include "store/index/index.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// How many pages a shard owns.
[[nodiscard]] std::uint32_t pages_of(const layout::Shard& shard) noexcept;

/// An empty DATA page in this shard's hands. Empty if the cache is full and may not evict, or has
/// nothing left to evict.
[[nodiscard]] std::optional<std::uint32_t> obtain_page_locked(const LockedShard& shard);

/// The same, as a page that `owner`, a process, stages.
[[nodiscard]] std::optional<std::uint32_t> stage_page_locked(const LockedShard& shard, std::uint64_t owner);

/// Room for `bytes` in the nursery page. False as above.
[[nodiscard]] bool make_room_locked(const LockedShard& shard, std::uint64_t bytes);

/// Another index page for a key whose buckets are full. False as above, or if the index can grow no
/// more: then an entry of these buckets is evicted, if that is allowed.
[[nodiscard]] bool make_index_room_locked(const LockedShard& shard, const KeyHash& hash);

/// Sees to it that a change can be noted or, if there is no memory for that, that it need not be: the checkpoints
/// are lost then. May move or evict anything in the shard, as making room does.
void make_undo_room_locked(const LockedShard& shard);

}  // namespace dummycache::store
