// SPDX-License-Identifier: MIT
// Which page eviction takes next: the oldest page that has something to give.
//
// Three kinds of entries are not given. Checkpoints need some. Pinned ones keep their whole page. The
// exempt entry is the entry that the present write is about (replace, append, take): it must not be evicted
// to make room for its own successor.
#pragma once

#include <cstdint>

#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// The offset of the exempt entry of the present write; 0 if it is not in this shard, or if nothing is
/// exempt.
[[nodiscard]] std::uint64_t exempt_offset_locked(const LockedShard& shard) noexcept;

/// What happens to the open pages if no listed page has anything to give.
enum class Open : std::uint8_t { stays, is_closed };

/// The oldest page that has something to give besides the entry at `exempt`; page + 1, or 0. If no listed
/// page has, it may close the open pages and look at them. Each page that is passed over becomes the newest,
/// so that it is not looked at again soon.
[[nodiscard]] std::uint32_t page_to_evict_locked(const LockedShard& shard, std::uint64_t exempt,
                                                 Open open) noexcept;

}  // namespace dummycache::store
