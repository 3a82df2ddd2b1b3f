// SPDX-License-Identifier: MIT
// Visiting all keys with a cursor that stays valid while index pages split.
//
//   cursor   | shard | directory word, its bits reversed | bucket 9 |      0 = the beginning, and the end
//
// With reversed bits, the directory words of one page are neighbours. A split gives the upper half of them
// to the new page, and each key that moves keeps its bucket number. If the cursor stands within the old
// page, the whole new page is still to be visited. Keys move in no other way, and pages are never merged.
// So no key is missed, though some may come twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Appends about `count` visible keys to `keys`, from a cursor on. Returns the next cursor; 0 at the end.
std::uint64_t scan(Attachment& attachment, std::uint64_t cursor, std::size_t count,
                   std::vector<std::string>& keys);

}  // namespace dummycache::store
