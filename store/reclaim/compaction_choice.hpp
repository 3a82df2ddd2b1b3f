// SPDX-License-Identifier: MIT
// What compacting a page would give, found out without moving anything.
//
// PageInfo::next_expiry says when to look at a page for what has expired: not later than the first deadline in it or, in a cache
// that evicts, not later than so much has expired that compaction is worth it. What a page has to give is known after one
// look, and pages that have nothing to give are not asked again before their time.
#pragma once

#include <cstdint>

#include "store/layout/entry_ref.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// So many expired bytes are worth compacting a page: what is moved for it is at most seven times that.
inline constexpr std::uint32_t kWorthBytes = layout::kPageBytes / 8;

/// The same when the cache is full: one that may not evict needs all that has expired, however little it is.
[[nodiscard]] inline std::uint32_t worth_bytes(const LockedShard& shard) noexcept {
    return shard.memory.evicts ? kWorthBytes : 1;
}

/// Whether it is time to look at a page: deadlines are known to some milliseconds only.
[[nodiscard]] inline bool may_have_expired(const layout::PageInfo& info, std::uint64_t now_us) noexcept {
    return info.next_expiry.load(std::memory_order_relaxed) <= expiry_unit(now_us);
}

/// A page of the age list to compact, and what that would give. The page of a large entry counts as a whole.
struct Choice {
    std::uint32_t page = 0;     ///< page + 1, or 0: none gives anything
    std::uint32_t gain = 0;     ///< bytes
    std::uint32_t expired = 0;  ///< bytes of them that have expired or were cleared
};

/// The best of the next `candidates` pages to compact. Looks at the entries of at most `looks` pages, some microseconds
/// each, and notes when to look at them again.
[[nodiscard]] Choice best_to_compact(const LockedShard& shard, std::uint32_t candidates, std::uint32_t looks,
                                     std::uint64_t now_us) noexcept;

}  // namespace dummycache::store
