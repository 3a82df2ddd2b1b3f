// SPDX-License-Identifier: MIT
// Where entries are written. Each shard appends to two open pages: the nursery page for new entries, and
// the survivor page for entries that reclaim keeps. Full pages are in the shard's age list, oldest first.
//
//   page   0      8                          fill            32 KiB
//          | padding | entry | entry | entry ... | never read  |
#pragma once

#include <cstdint>

#include "store/log/new_entry.hpp"

namespace dummycache::store {

/// Closes the open page if there is one, and puts it into the age list: a survivor page at the end, a
/// nursery page at the insertion point.
void close_page_locked(const LockedShard& shard, layout::OpenPage which) noexcept;

/// Makes `page` the open page. It is an empty DATA page that this shard owns.
void open_page_locked(const LockedShard& shard, layout::OpenPage which, std::uint32_t page) noexcept;

/// Appends to the nursery page. The caller has made room. Returns the entry's offset in the arena. The
/// entry is whole and below `fill`, but no slot leads to it yet. If the process dies here, the entry does
/// not exist.
std::uint64_t append_locked(const LockedShard& shard, const NewEntry& entry) noexcept;

/// Appends an exact copy of an entry, `bytes` long, to the survivor page; id and deadline stay the same.
/// The caller has made room. The shard's live bytes do not change, because the entry only moves to another
/// page.
std::uint64_t append_copy_locked(const LockedShard& shard, const EntryRef& entry,
                                 std::uint64_t bytes) noexcept;

/// Counts an entry of `bytes` in this page as no longer live.
[[gnu::always_inline]] inline void take_off_live(const LockedShard& shard, std::uint32_t page,
                                                 std::uint64_t bytes) noexcept {
    decrease(shard.memory.info(page).live, bytes);
    decrease(shard.shard.live_bytes, bytes);
}

/// Drops an old entry: its bytes are dead, its overflow pages are freed. Called after its slot leads
/// elsewhere (or to nothing) and its bucket was bumped. `free_page`: if its page is in the age list and is
/// empty now, the page is given back. If the process dies inside, rebuild counts again and frees the rest.
void drop_entry_locked(const LockedShard& shard, const EntryRef& entry, bool free_page);

/// Frees the overflow pages of an entry that no slot and no undo record leads to, and marks it as dead for
/// reclaim.
void bury_locked(const LockedShard& shard, const EntryRef& entry);

/// Gives a page of the age list back if it has no live and no pinned entries. Leaves open pages alone.
void free_if_empty_locked(const LockedShard& shard, std::uint32_t page);

/// Takes an empty page that is in no list. It becomes the shard's reserve if there is none; otherwise it
/// goes back to the arena, where every shard and process can claim it.
void retire_page_locked(const LockedShard& shard, std::uint32_t page);

}  // namespace dummycache::store
