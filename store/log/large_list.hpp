// SPDX-License-Identifier: MIT
// The large entries of a shard by age. An entry whose value has pages of its own stands in this list, and not in
// the age list of the page that holds its header: a page can hold the headers of five hundred large entries.
//
// A node of the list is the PageInfo of the entry's first overflow page. It is in the list from hand_over_locked
// until the overflow pages are freed. So an entry that only a checkpoint needs stands there, too.
//
//   PageInfo   next_expiry, pins   hash of the key: so eviction finds the entry
//              live                the next newer entry, page + 1
//              previous            the next older entry, page + 1
//              fill                when it was written or passed over, by Superblock::pages_filled, times 8
#pragma once

#include <cstdint>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Adds an entry as the newest. `first` is the first of its overflow pages. Moves the clock of ages on by all of them.
void add_large_locked(const LockedShard& shard, std::uint32_t first, std::uint32_t pages,
                      std::uint64_t key_hash) noexcept;

/// Adds an entry as the newest of the list, with the hash and the age that its node has. For a rebuild.
void add_old_large_locked(const LockedShard& shard, std::uint32_t first) noexcept;

/// Takes an entry out of the list.
void remove_large_locked(const LockedShard& shard, std::uint32_t first) noexcept;

/// Makes an entry the newest.
void renew_large_locked(const LockedShard& shard, std::uint32_t first) noexcept;

/// The hash of the key of a node.
[[nodiscard]] std::uint64_t large_key_hash(const layout::PageInfo& first) noexcept;
void set_large_key_hash(layout::PageInfo& first, std::uint64_t key_hash) noexcept;

}  // namespace dummycache::store
