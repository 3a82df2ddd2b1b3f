// SPDX-License-Identifier: MIT
// Where entries are written: each shard appends to two open pages, one for new entries and one for
// those that reclaim keeps. Full pages stand in the shard's age list, oldest first.
//
//   page   0      8                          fill            32 KiB
//          | padding | entry | entry | entry ... | never read  |
#pragma once

#include <cstdint>
#include <string_view>

#include "store/layout/entry_ref.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// What a large entry's bytes in the arena are, once they are in the shard's hands.
struct OverflowPart {
    std::uint32_t first = 0;
    std::uint32_t pages = 0;
};

/// An entry to be written.
struct NewEntry {
    std::string_view key;
    std::string_view value;
    std::uint64_t key_hash = 0;
    std::uint64_t deadline_word = 0;  ///< deadline, flags and codec
    OverflowPart overflow;            ///< if flags say kOverflow
    std::uint64_t pulled_bytes = 0;   ///< of a value that is in overflow pages already, instead of `value`

    [[nodiscard]] Lengths lengths(std::uint32_t writer) const noexcept {
        return {value.size() + pulled_bytes, static_cast<std::uint32_t>(key.size()), writer};
    }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return entry_bytes(lengths(0), deadline_word); }
};

/// Flags an entry of these sizes needs.
[[nodiscard]] std::uint64_t flags_for(bool checksums, std::uint64_t key_bytes,
                                      std::uint64_t value_bytes) noexcept;

/// Whether the open page has room.
[[nodiscard]] inline bool has_room_locked(const LockedShard& shard, layout::OpenPage which,
                                          std::uint64_t bytes) noexcept {
    const std::uint32_t page = shard.checked_link(shard.shard.open[which].load(std::memory_order_relaxed));
    if (page == 0) return false;
    const std::uint64_t fill = shard.memory.info(page - 1).fill.load(std::memory_order_relaxed);
    return fill + bytes <= layout::kPageBytes && fill >= layout::kFirstEntry && fill % 8 == 0;
}

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
