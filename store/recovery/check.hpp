// SPDX-License-Identifier: MIT
// Whether a cache is sound. Reads only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Invariants of one shard, each violation a line in `problems`. Reads only.
void check_locked(const LockedShard& shard, std::vector<std::string>& problems);

/// Whether a page's owner word is a possible one.
[[nodiscard]] bool has_possible_owner(const Memory& memory, std::uint32_t page) noexcept;

/// A line for each page whose owner does not exist. Reads only.
void check_owners(const Memory& memory, std::vector<std::string>& problems);

}  // namespace dummycache::store
