// SPDX-License-Identifier: MIT
// The first and the last store of every write to a shard, by whichever path it comes.
//
// `dirty` is what a death leaves behind: the next owner of a dead one's lock rebuilds the shard if it is not 0
// (recovery/rebuild). Whether the cache was removed, or a rollback is to be finished, is asked after `dirty` is stored.
#pragma once

#include "ipc/kill_point.hpp"
#include "store/layout/copy_bytes.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Right after the lock is taken, and the shard is clean.
[[gnu::always_inline]] inline void begin_write(const LockedShard& shard) noexcept {
    shard.shard.dirty.store(layout::kInWrite, std::memory_order_relaxed);
    fence_release();  // REUSE: what this owner writes into pages comes after the bumps of the last one
    DUMMYCACHE_KILL_POINT("shard dirty");
}

/// Right before the lock is let go. A shard that its owner found damaged stays marked: the next owner rebuilds it.
[[gnu::always_inline]] inline void end_write(const LockedShard& shard) noexcept {
    DUMMYCACHE_KILL_POINT("before a shard is clean");
    if (shard.shard.dirty.load(std::memory_order_relaxed) != layout::kDamaged) [[likely]]
        shard.shard.dirty.store(0, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("shard clean");
}

}  // namespace dummycache::store
