// SPDX-License-Identifier: MIT
// Splitting an index page, which makes room for a key whose buckets are full.
//
// All directory words whose low d bits are the same lead to a page of depth d. A split gives the half whose
// next bit is set to a new page of depth d+1. First the copies are made in the new page, which no word
// leads to yet. Then the directory words of that half are stored one by one; each store is the commit for
// the keys of its word. Then the old slots are emptied and their buckets bumped. A reader that misses looks
// at its directory word again.
//
// If the process dies in between, the deeper page is whole. So the repair stores the missing words
// (recovery/rebuild).
#pragma once

#include <bitset>
#include <cstdint>

#include "store/layout/key_hash.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// A bit for each bucket of an index page.
using BucketBits = std::bitset<layout::kBuckets>;

/// The buckets of `page` that a key has left for its second bucket.
[[nodiscard]] BucketBits spilled_buckets(const layout::IndexPage& page) noexcept;

/// Makes room for a key whose buckets are full, or whose index page does not exist yet. `new_page` is an
/// empty page that this shard owns. False if the directory can grow no deeper; then the page still belongs
/// to the caller.
bool split_locked(const LockedShard& shard, const KeyHash& hash, std::uint32_t new_page) noexcept;

}  // namespace dummycache::store
