// SPDX-License-Identifier: MIT
// Pages that are free: one for this shard, and the one that it holds in reserve.
#pragma once

#include <cstdint>
#include <optional>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Claims a free page of the arena for this shard, empty.
[[nodiscard]] std::optional<std::uint32_t> claim_page_locked(const LockedShard& shard);

/// Without an empty page in reserve nothing can be compacted any more, so it comes before everything
/// else, while there are pages to be had. False if there is none.
bool ensure_reserve_locked(const LockedShard& shard);

/// The reserve of a shard that has no entries left, and so no use for one.
[[nodiscard]] std::optional<std::uint32_t> lend_reserve_locked(const LockedShard& shard) noexcept;

}  // namespace dummycache::store
