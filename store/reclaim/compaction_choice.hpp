// SPDX-License-Identifier: MIT
// How many bytes the compaction of a page would free. Nothing is moved to find out.
//
// PageInfo::next_expiry says when to look for expired entries in a page. In a cache that refuses, it is not
// later than the first deadline in the page. In a cache that evicts, it is not later than the moment when
// enough has expired to make a compaction worth its cost. One look at a page gives the number of bytes. A
// page with nothing to give is not looked at again before its time.
#pragma once

#include <cstdint>

#include "store/layout/entry_ref.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Expired bytes that make the compaction of a page worth its cost: it then moves at most seven times as
/// much.
inline constexpr std::uint32_t kWorthBytes = layout::kPageBytes / 8;

/// The same for a full cache. A cache that refuses needs every expired byte, so one byte is enough.
[[nodiscard]] inline std::uint32_t worth_bytes(const LockedShard& shard) noexcept {
    return shard.memory.evicts ? kWorthBytes : 1;
}

/// Whether it is time to look for expired entries in a page. Deadlines are rounded to about 16 ms here.
[[nodiscard]] inline bool may_have_expired(const layout::PageInfo& info, std::uint64_t now_us) noexcept {
    return info.next_expiry.load(std::memory_order_relaxed) <= expiry_unit(now_us);
}

/// A page of the age list to compact, and what that would free. A large entry counts as one whole page.
struct Choice {
    std::uint32_t page = 0;     ///< page + 1; 0: no page gives anything
    std::uint32_t gain = 0;     ///< bytes
    std::uint32_t expired = 0;  ///< bytes of `gain` that have expired or were cleared
};

/// The best of the next `candidates` pages. Reads the entries of at most `looks` pages, at some
/// microseconds each, and notes in next_expiry when to look at each of them again.
[[nodiscard]] Choice best_to_compact(const LockedShard& shard, std::uint32_t candidates, std::uint32_t looks,
                                     std::uint64_t now_us) noexcept;

}  // namespace dummycache::store
