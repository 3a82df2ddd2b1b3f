// SPDX-License-Identifier: MIT
// Which page eviction takes from next.
//
// It is the oldest one, but for pages that have nothing to give: what checkpoints need stays, pinned entries stay where
// they are, and so does the entry that a write is about (replace, append, take), which must not be lost to the room for
// its own successor.
#pragma once

#include <cstdint>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Where the entry is that the write at hand exempts; 0 if it is not in this shard.
[[nodiscard]] std::uint64_t exempt_offset_locked(const LockedShard& shard) noexcept;

/// The oldest page that has something to give, besides what lies at `exempt`; an open page comes last. Page + 1, or 0.
/// Pages that are passed over become the newest ones, so that they are not asked again at once.
[[nodiscard]] std::uint32_t page_to_evict_locked(const LockedShard& shard, std::uint64_t exempt) noexcept;

}  // namespace dummycache::store
