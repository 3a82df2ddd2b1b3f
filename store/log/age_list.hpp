// SPDX-License-Identifier: MIT
// A shard's full pages, in the order in which eviction takes them.
//
//   oldest                   insertion point                              newest
//   | page | page | page | page |  <- nursery  | page | page | page |  <- survivors
//   <----- before_insertion ---->              <-- protected_share -->
//
// Full survivor pages (entries that reclaim kept) join at the end. Full nursery pages (new entries) join at
// the insertion point. If protected entries have more of the list, the insertion point is nearer to the
// oldest page, and a new entry has less time to be read. The insertion point moves when a nursery page
// joins, by whole pages, so that it follows `protected_share`. The whole list is derived.
#pragma once

#include <cstdint>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Puts a page that is in no list at the end of the age list: it is the newest.
void list_page_locked(const LockedShard& shard, std::uint32_t page) noexcept;

/// Puts a page that is in no list at the insertion point of the age list. Moves the insertion point first.
void insert_page_locked(const LockedShard& shard, std::uint32_t page) noexcept;

/// Takes a page out of the age list.
void unlist_page_locked(const LockedShard& shard, std::uint32_t page) noexcept;

/// Sets PageInfo::next_expiry of all pages of the age list to `unit`: 0 for "unknown", or kNoExpiry, after
/// which the caller notes the deadlines anew. Cost: one line of memory for each page.
void set_deadlines_locked(const LockedShard& shard, std::uint32_t unit) noexcept;

}  // namespace dummycache::store
