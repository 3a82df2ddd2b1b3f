// SPDX-License-Identifier: MIT
// Going back to a checkpoint.
//
//   1  rollback_target = k + 1                       from here on it will be done, by whomever
//   2  each shard: slots lead to what they led to; what is newer is in none
//   3  clear_era and clock as they were
//   4  each shard: the records are forgotten
//   5  depth = k + 1   6  a new era   7  rollback_target = 0
//
// All locks are held from 1 to 7. Whoever takes one of them over from a dead process finds `rollback_target`, takes them all,
// and does 2 to 7 again: what a slot has to become follows from eras, not from how far the dead one came.
//
// Put back (2), in three passes over a shard's records, in any order:
//   A  an old entry that is in no slot goes over the newer entry of its key, if that stands in the same bucket, or
//      else into a free slot of its bucket
//   B  what is newer than the checkpoint goes, by the records for which A has put nothing back
//   C  as A, for what found no room. It does now: the entries of the checkpoint fitted when it was taken, each in
//      its bucket, and a split has only parted them since. So a rollback needs no memory.
//
// What readers see: each key as it was before or as it is after, and for an instant neither if the key was deleted and
// set again since the checkpoint and its bucket is full; all keys as they are after once rollback has returned.
#pragma once

#include <cstdint>
#include <span>

#include "store/layout/checkpoint_record.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Steps 2 to 7, for all shards, whose locks are held.
void finish_rollback_locked(std::span<const LockedShard> shards);

/// Step 2 and the clear era, for a private copy of a cache, of which nothing is counted or freed. The live cache is not
/// touched.
void roll_back_copy(Attachment& live, const Memory& copy, std::size_t index);

}  // namespace dummycache::store
