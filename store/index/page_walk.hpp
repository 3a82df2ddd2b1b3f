// SPDX-License-Identifier: MIT
// Visiting the entries of one data page.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "store/index/index.hpp"
#include "store/layout/entry_ref.hpp"

namespace dummycache::store {

/// Calls `visit(entry)` for each entry of `page` until it returns false, also for entries that no slot
/// leads to. Looks at no slot.
template <class Visit>
void walk_headers_locked(const LockedShard& shard, std::uint32_t page, Visit&& visit) {
    const std::uint64_t start = std::uint64_t{page} * layout::kPageBytes;
    const std::uint32_t fill =
        std::min(shard.memory.info(page).fill.load(std::memory_order_relaxed), layout::kPageBytes);
    for (std::uint64_t at = layout::kFirstEntry; at + sizeof(layout::EntryHeader) <= fill;) {
        const EntryRef entry(shard.memory, start + at);
        if (!visit(entry)) return;
        at += entry.bytes();
    }
}

/// Prefetches the cache lines that begin in these bytes of the arena.
[[gnu::always_inline]] inline void prefetch_lines(const Memory& memory, std::uint64_t from,
                                                  std::uint64_t to) noexcept {
    for (std::uint64_t line = from / layout::kCacheLine; line < to / layout::kCacheLine; ++line)
        __builtin_prefetch(memory.arena + line * layout::kCacheLine);
}

/// Calls `visit(entry, slot, key_hash)` for each entry of `page` that a slot leads to, until it returns false.
/// Prefetches buckets 16 entries ahead, and the page itself 2 KiB ahead. The visitor may move or drop the
/// entry that it gets.
template <class Visit>
void walk_page_locked(const LockedShard& shard, std::uint32_t page, Visit&& visit) {
    struct Ahead {
        std::uint64_t offset;
        layout::IndexPage* index;
        KeyHash hash;
    };
    const bool marks = shard.memory.is_marking();
    constexpr std::size_t kAhead = 16;
    constexpr std::uint64_t kBytesAhead = 2048;
    std::array<Ahead, kAhead> ahead;
    const std::uint64_t start = std::uint64_t{page} * layout::kPageBytes;
    const std::uint32_t fill =
        std::min(shard.memory.info(page).fill.load(std::memory_order_relaxed), layout::kPageBytes);
    std::uint32_t position = layout::kFirstEntry;
    prefetch_lines(shard.memory, start + position, start + position + kBytesAhead);
    while (position < fill) {
        std::size_t count = 0;
        while (position < fill && count < kAhead) {
            const EntryRef entry(shard.memory, start + position);
            // In a damaged page the numbers may be anything. The header itself must not cross the fill
            // either.
            const bool whole = position + sizeof(layout::EntryHeader) <= fill;
            const std::uint64_t bytes = whole ? entry.bytes() : layout::kPageBytes;
            if (position + bytes > fill) {
                position = fill;
                break;
            }
            prefetch_lines(shard.memory, entry.offset() + kBytesAhead, entry.offset() + kBytesAhead + bytes);
            position += static_cast<std::uint32_t>(bytes);
            if ((entry.deadline_word() & layout::kDead) != 0) continue;
            const KeyHash hash = entry.hash_locked(shard.memory);
            layout::IndexPage* const index = index_page_of(shard, hash);
            if (index == nullptr) continue;
            prefetch_buckets(*index, hash);
            if (marks) __builtin_prefetch(&index->marks[hash.first]);
            ahead[count++] = {entry.offset(), index, hash};
        }
        for (std::size_t i = 0; i < count; ++i) {
            const auto slot = find_offset_locked(*ahead[i].index, ahead[i].hash, ahead[i].offset);
            if (!slot) continue;
            const EntryRef entry(shard.memory, ahead[i].offset);
            // In a damaged segment the visitor may have written into this very page.
            if (!entry.fits(shard.memory.committed())) [[unlikely]]
                shard.mark_damaged();
            else if (!visit(entry, *slot, ahead[i].hash.value))
                return;
        }
    }
}

}  // namespace dummycache::store
