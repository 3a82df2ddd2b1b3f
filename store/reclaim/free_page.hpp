// SPDX-License-Identifier: MIT
// Free pages: a new one for this shard, and the one that it has in reserve.
#pragma once

#include <cstdint>
#include <optional>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Claims a free page of the arena for this shard and empties it. Nothing if no page is free. If the
/// process dies after the claim, rebuild gives the page back.
[[nodiscard]] std::optional<std::uint32_t> claim_page_locked(const LockedShard& shard);

/// Fills the reserve if it is empty. This comes before every other use of a free page, because compaction
/// needs the reserve to copy to. False if no page is free.
bool ensure_reserve_locked(const LockedShard& shard);

/// The reserve page of a shard without entries, which needs none. Nothing if the shard has entries or no
/// reserve.
[[nodiscard]] std::optional<std::uint32_t> lend_reserve_locked(const LockedShard& shard) noexcept;

}  // namespace dummycache::store
