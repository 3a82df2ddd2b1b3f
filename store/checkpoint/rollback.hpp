// SPDX-License-Identifier: MIT
// Going back to a checkpoint.
//
//   1  rollback_target = k + 1                       from here on some process will finish the rollback
//   2  each shard: the slots of changed keys lead to the old entries again; no slot leads to a newer entry
//   3  clear_era and clock get their old values
//   4  each shard: the undo records are dropped
//   5  depth = k + 1   6  a new era   7  rollback_target = 0
//
// The process holds all locks from 1 to 7. If it dies, the next owner of one of its locks finds
// `rollback_target`. It takes all locks and does 2 to 7 again. This is safe: eras decide what a slot has to
// become, so it does not matter how far the dead process came.
//
// Step 2 makes three passes over a shard's undo records. The order of the records does not matter:
//   A  An old entry that no slot leads to gets a slot in its old bucket: the slot of the newer entry of its key, or
//      else a free slot. If its bucket has neither, it stays for pass C.
//   B  For each record that A left: the newer entries of its key are removed.
//   C  As A, for the records that A left. Now there is a free slot: all entries of the checkpoint had slots in these
//      buckets when it was taken, and a split since then can only have spread them. So a rollback needs no memory.
//
// What readers see meanwhile: each key as it was before the rollback, or as it is after it. One exception:
// if a key was deleted and set again since the checkpoint, and its bucket is full, it may be absent for an
// instant. Once the call has returned, readers see all keys as they are after it.
#pragma once

#include <cstdint>
#include <span>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Steps 2 to 7. `shards` are all shards in the order of their numbers, and the caller holds all locks. If
/// the target is lost or no longer there, only step 7 is done. If the process dies inside, the next owner
/// of a lock begins at 2 again.
void finish_rollback_locked(std::span<const LockedShard> shards);

/// Steps 2 and 3 for a private copy of a cache; `index` is the checkpoint's. In the copy nothing is counted
/// and nothing is freed. The live cache is not touched.
void roll_back_copy(Attachment& live, const Memory& copy, std::size_t index);

}  // namespace dummycache::store
