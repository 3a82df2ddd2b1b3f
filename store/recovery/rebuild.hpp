// SPDX-License-Identifier: MIT
// What a shard is after its writer died inside a write.
#pragma once

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Computes everything derived again from what is true: slots, directory words, owner words, fills.
/// Empties slots that lead to nothing sound or to cleared entries, finishes a split, bumps every
/// bucket, and only then frees pages that nothing leads to. Readers go on meanwhile. Killed inside:
/// the next owner of the lock does it again. About 100 ns a slot.
void rebuild_locked(const LockedShard& shard);

}  // namespace dummycache::store
