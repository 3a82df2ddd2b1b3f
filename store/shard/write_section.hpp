// SPDX-License-Identifier: MIT
// The first and the last store of every write to a shard, on the fast path and on the careful path.
//
// A death leaves `dirty` set: if it is not 0, the next owner of the dead process's lock rebuilds the shard
// (recovery/rebuild). A writer first stores `dirty`. Then it looks whether the cache was removed, or a
// rollback has to be finished.
#pragma once

#include "ipc/kill_point.hpp"
#include "store/layout/copy_bytes.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Called right after the lock is taken, when the shard is clean.
[[gnu::always_inline]] inline void begin_write(const LockedShard& shard) noexcept {
    shard.shard.dirty.store(layout::kInWrite, std::memory_order_relaxed);
    fence_release();  // REUSE: what this owner writes into pages comes after the bumps of the last one
    DUMMYCACHE_KILL_POINT("shard dirty");
}

/// Called right before the unlock. If the owner found damage, `dirty` stays set, and the next owner
/// rebuilds the shard.
[[gnu::always_inline]] inline void end_write(const LockedShard& shard) noexcept {
    DUMMYCACHE_KILL_POINT("before a shard is clean");
    if (shard.shard.dirty.load(std::memory_order_relaxed) != layout::kDamaged) [[likely]]
        shard.shard.dirty.store(0, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("shard clean");
}

}  // namespace dummycache::store
