// SPDX-License-Identifier: MIT
// Splitting an index page, which makes room for a key whose buckets are full.
//
// A page of depth d is led to by every directory word whose low d bits are the same. A split makes
// a page of depth d+1 out of the half whose next bit is set: the copies are made out of sight, then
// the directory words of that half are stored one by one (each is the commit for its own keys),
// then the old slots are emptied and their buckets bumped. A reader that misses looks at its
// directory word again. Killed half-way: the deeper page is whole, so the repair stores the words
// that are missing (recovery/rebuild).
#pragma once

#include <bitset>
#include <cstdint>

#include "store/layout/key_hash.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// A bit for each bucket of an index page.
using BucketBits = std::bitset<layout::kBuckets>;

/// Marks the buckets of `page` from which a key has gone to its second bucket.
[[nodiscard]] BucketBits spilled_buckets(const layout::IndexPage& page) noexcept;

/// Makes room for a key whose buckets are full, or whose page does not exist, with `new_page`, an
/// empty page in this shard's hands. False if the directory can grow no deeper; the page is then
/// still the caller's.
bool split_locked(const LockedShard& shard, const KeyHash& hash, std::uint32_t new_page) noexcept;

}  // namespace dummycache::store
