// SPDX-License-Identifier: MIT
// What eviction learns from keys that come back. An evicted key leaves a *ghost* of 7 bits, in a mark of
// its first bucket that no entry uses. In a page with few entries, several buckets share the marks of one.
// A new key that finds its ghost was evicted too early. It begins with a visit, and the shard moves the
// insertion point of its age list.
//
// A ghost may be wrong: it may be that of another key, or a late mark of a reader has changed it. The price
// of that is a copy of an entry.
#pragma once

#include "store/index/slot_ref.hpp"
#include "store/layout/key_hash.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Leaves a ghost of the entry of `word`. Called after that visible entry was evicted and its `slot` is
/// empty.
void remember_evicted_locked(const LockedShard& shard, const SlotRef& slot, std::uint64_t word) noexcept;

/// Looks for a new key's ghost, before its entry gets the empty slot `free`. True if the key seems to have
/// been evicted lately.
[[nodiscard]] bool recall_evicted_locked(const LockedShard& shard, const SlotRef& free,
                                         const KeyHash& hash) noexcept;

}  // namespace dummycache::store
