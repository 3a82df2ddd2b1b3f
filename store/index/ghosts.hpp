// SPDX-License-Identifier: MIT
// What eviction learns from keys that come back. Each key that is evicted leaves a ghost of 7 bits in a mark of its first
// bucket that no entry uses; in a page with few entries several buckets share those of one. A new key that finds its ghost
// was dropped too early: it begins with a visit, and the shard moves the insertion point of its age list. What that may be wrong
// about (a ghost of another key, one that a reader's late mark has changed) costs a copy.
#pragma once

#include "store/index/slot_ref.hpp"
#include "store/layout/key_hash.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// After the entry of `word`, which was visible, was dropped from `slot` for want of room.
void remember_evicted_locked(const LockedShard& shard, const SlotRef& slot, std::uint64_t word) noexcept;

/// Before a new key's entry gets the empty slot `free`. Says whether the key seems to be one that was evicted lately.
[[nodiscard]] bool recall_evicted_locked(const LockedShard& shard, const SlotRef& free,
                                         const KeyHash& hash) noexcept;

}  // namespace dummycache::store
