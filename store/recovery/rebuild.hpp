// SPDX-License-Identifier: MIT
// Repairing a shard whose writer died inside a write.
#pragma once

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Computes all that is derived again from the truth: slots, directory words, owner words, fills. Empties
/// slots that lead to no sound entry or to a cleared one, finishes a split, and bumps every bucket. Only
/// then it frees pages that nothing leads to. Readers go on meanwhile. If the process dies inside, the next
/// owner of the lock does it again. Costs about 100 ns for each slot.
void rebuild_locked(const LockedShard& shard);

/// The same for a shard whose writer did not die: counts no repair, and leaves `dirty` to the owner of the lock.
void count_again_locked(const LockedShard& shard);

}  // namespace dummycache::store
