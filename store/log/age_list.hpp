// SPDX-License-Identifier: MIT
// A shard's full pages in the order in which eviction comes to them.
//
//   oldest                   insertion point                              newest
//   | page | page | page | page |  <- nursery  | page | page | page |  <- survivors
//   <----- before_insertion ---->              <-- protected_share -->
//
// What eviction keeps goes to the end. Pages of new entries join before that: the more of the list is for entries
// that are protected, since they were used again, the shorter is the time in which a new one has to be asked for. The insertion point moves
// by pages when a page joins, so that it follows `protected_share`. All of this is derived.
#pragma once

#include <cstdint>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Makes a page that is in no list the newest of the age list.
void list_page_locked(const LockedShard& shard, std::uint32_t page) noexcept;

/// Puts a page that is in no list where pages of new entries join the age list.
void insert_page_locked(const LockedShard& shard, std::uint32_t page) noexcept;

/// Takes a page out of the age list.
void unlist_page_locked(const LockedShard& shard, std::uint32_t page) noexcept;

/// Gives all pages of the age list this PageInfo::next_expiry: 0, unknown; or kNoExpiry, before what is in them is noted anew.
void set_deadlines_locked(const LockedShard& shard, std::uint32_t unit) noexcept;

}  // namespace dummycache::store
