// SPDX-License-Identifier: MIT
// A shard's full pages in the order in which eviction comes to them.
//
//   oldest                    joint                               newest
//   | page | page | new page | page |  <- new   | kept | kept | kept |  <- kept
//   <------- before_joint ---------->           <-- proven_share --->
//
// What eviction keeps goes to the end. Pages of new entries join before that: the more of the list is for entries
// that have proven to be used again, the shorter is the time in which a new one has to be asked for. The joint moves
// by pages when a page joins, so that it follows `proven_share`. All of this is derived.
#pragma once

#include <cstdint>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Makes a page that is in no list the newest of the age list.
void list_page_locked(const LockedShard& shard, std::uint32_t page) noexcept;

/// Puts a page that is in no list where pages of new entries join the age list.
void join_page_locked(const LockedShard& shard, std::uint32_t page) noexcept;

/// Takes a page out of the age list.
void unlist_page_locked(const LockedShard& shard, std::uint32_t page) noexcept;

/// Gives all pages of the age list this PageInfo::next_expiry: 0, unknown; or kNoExpiry, before what is in them is noted anew.
void set_deadlines_locked(const LockedShard& shard, std::uint32_t unit) noexcept;

}  // namespace dummycache::store
