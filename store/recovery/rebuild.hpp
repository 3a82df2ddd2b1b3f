// SPDX-License-Identifier: MIT
// What a shard is after its writer died inside a write, and whether a cache is sound.
#pragma once

#include <string>
#include <vector>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Computes everything derived again from what is true: slots, directory words, owner words, fills.
/// Empties slots that lead to nothing sound or to cleared entries, finishes a split, bumps every
/// bucket, and only then frees pages that nothing leads to. Readers go on meanwhile. Killed inside:
/// the next owner of the lock does it again. About 100 ns a slot.
void rebuild_locked(const LockedShard& shard);

/// Invariants of one shard, each violation a line in `problems`. Reads only.
void check_locked(const LockedShard& shard, std::vector<std::string>& problems);

/// Whether a page's owner word is one that there can be.
[[nodiscard]] bool has_possible_owner(const Memory& memory, std::uint32_t page) noexcept;

/// A line for each page whose owner does not exist. Reads only.
void check_owners(const Memory& memory, std::vector<std::string>& problems);

}  // namespace dummycache::store
