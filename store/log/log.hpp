// SPDX-License-Identifier: MIT
// Where entries are written: each shard appends to two open pages, one for new entries and one for
// those that reclaim keeps. Full pages stand in the shard's age list, oldest first.
//
//   page   0      8                          fill            32 KiB
//          | padding | entry | entry | entry ... | never read  |
#pragma once

#include <cstdint>

#include "store/log/new_entry.hpp"

namespace dummycache::store {

/// Closes the open page if there is one. Kept entries join the age list as the newest, new ones at the insertion point.
void close_page_locked(const LockedShard& shard, layout::OpenPage which) noexcept;

/// Makes `page`, an empty DATA page in this shard's hands, the open one.
void open_page_locked(const LockedShard& shard, layout::OpenPage which, std::uint32_t page) noexcept;

/// Appends to the open page, which has room; returns the entry's offset in the arena. The entry is
/// whole, below `fill`, and not yet reachable.
std::uint64_t append_locked(const LockedShard& shard, const NewEntry& entry) noexcept;

/// Appends a copy of an entry of so many bytes as it is, id and deadline included, to the survivor page, which has room. The
/// shard's live bytes stay as they are: the entry moves from one page to another.
std::uint64_t append_copy_locked(const LockedShard& shard, const EntryRef& entry,
                                 std::uint64_t bytes) noexcept;

/// An entry of so many bytes in this page counts as live no more.
[[gnu::always_inline]] inline void take_off_live(const LockedShard& shard, std::uint32_t page,
                                                 std::uint64_t bytes) noexcept {
    decrease(shard.memory.info(page).live, bytes);
    decrease(shard.shard.live_bytes, bytes);
}

/// After an entry's slot leads elsewhere (or nowhere) and its bucket was bumped: its bytes are
/// dead, its overflow pages are freed. `free_page`: a page of the age list that has become empty is given
/// back at once.
void drop_entry_locked(const LockedShard& shard, const EntryRef& entry, bool free_page);

/// An entry that no slot and no record leads to: its overflow pages are freed, reclaim passes over it.
void bury_locked(const LockedShard& shard, const EntryRef& entry);

/// Gives a page of the age list back if nothing in it is live or pinned.
void free_if_empty_locked(const LockedShard& shard, std::uint32_t page);

/// An unlisted page without anything in it: becomes the shard's reserve, or everybody's.
void retire_page_locked(const LockedShard& shard, std::uint32_t page);

}  // namespace dummycache::store
