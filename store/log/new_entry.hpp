// SPDX-License-Identifier: MIT
// An entry that is to be written, and whether there is room for it.
#pragma once

#include <cstdint>
#include <string_view>

#include "store/layout/entry_ref.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// The overflow pages of a large entry, once the shard owns them.
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
    std::uint64_t pulled_bytes = 0;   ///< of a value in overflow pages; `value` is empty

    [[nodiscard]] Lengths lengths(std::uint32_t writer) const noexcept {
        return {value.size() + pulled_bytes, static_cast<std::uint32_t>(key.size()), writer};
    }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return entry_bytes(lengths(0), deadline_word); }
};

/// The flags that an entry of these sizes needs.
[[nodiscard]] inline std::uint64_t flags_for(bool checksums, std::uint64_t key_bytes,
                                             std::uint64_t value_bytes) noexcept {
    const std::uint64_t checked = checksums ? layout::kChecked : 0;
    const Lengths lengths{value_bytes, static_cast<std::uint32_t>(key_bytes), 0};
    if (entry_bytes(lengths, checked) <= layout::kMaxSmallEntry) return checked;
    return checked | layout::kOverflow | (key_bytes > layout::kMaxInlineKey ? layout::kKeyOverflow : 0);
}

/// Whether the open page has room for an entry of `bytes`.
[[nodiscard]] inline bool has_room_locked(const LockedShard& shard, layout::OpenPage which,
                                          std::uint64_t bytes) noexcept {
    const std::uint32_t page = shard.checked_link(shard.shard.open[which].load(std::memory_order_relaxed));
    if (page == 0) return false;
    const std::uint64_t fill = shard.memory.info(page - 1).fill.load(std::memory_order_relaxed);
    return fill + bytes <= layout::kPageBytes && fill >= layout::kFirstEntry && fill % 8 == 0;
}

}  // namespace dummycache::store
