// SPDX-License-Identifier: MIT
// Eviction of large entries, one by one, by their age (log/large_list).
#pragma once

#include <cstdint>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Evicts the shard's oldest large entry and frees its pages, or takes one mark off it and makes it the
/// newest, if it has one and `patient` is set. An exempt entry and entries that checkpoints need are passed
/// over and become the newest. False if no other entry is left.
bool evict_large_locked(const LockedShard& shard, bool patient, std::uint64_t now_us);

}  // namespace dummycache::store
