// SPDX-License-Identifier: MIT
// Claiming and counting pages in tests.
#pragma once

#include <cstdint>

#include "ipc/segment/page_arena.hpp"

namespace dummycache::test {

inline constexpr std::uint64_t kShardOne = layout::owner_word(layout::PageKind::data, 1);

/// Claims every page there is; returns how many it got.
inline std::uint64_t claim_all(ipc::PageArena& arena, std::uint64_t owner) {
    std::uint64_t pages = 0;
    while (arena.claim(owner)) ++pages;
    return pages;
}

/// How many committed pages have this owner word.
inline std::uint64_t owned_by(const ipc::Segment& segment, std::uint64_t owner) {
    std::uint64_t pages = 0;
    for (std::uint32_t page = 0; page < segment.superblock().committed.load(); ++page) {
        pages += static_cast<std::uint64_t>(segment.page_info(page).owner.load() == owner);
    }
    return pages;
}

}  // namespace dummycache::test
