// SPDX-License-Identifier: MIT
// The index in an order in which a cursor stays true while pages split.
//
//   cursor   | shard | directory word, its bits reversed | bucket 9 |      0 = the beginning, and the end
//
// With their bits reversed the words that lead to one page are neighbours, and a split gives the upper half of them to
// the new page. It takes keys away from the page, each to the same bucket; a cursor within the page has all of
// the new page before it. Keys move nowhere else, and pages are never merged. So what was to be visited still is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Appends about `count` visible keys from a cursor on; returns the next cursor.
std::uint64_t scan(Attachment& attachment, std::uint64_t cursor, std::size_t count,
                   std::vector<std::string>& keys);

}  // namespace dummycache::store
