// SPDX-License-Identifier: MIT
// The steps of appending an entry to the open page. They are inlined into each writer.
#pragma once

#include "store/layout/truth.hpp"
#include "store/log/new_entry.hpp"

namespace dummycache::store {

/// Lowers PageInfo::next_expiry if this entry's deadline comes earlier.
[[gnu::always_inline]] inline void lower_next_expiry(layout::PageInfo& info,
                                                     std::uint64_t deadline_word) noexcept {
    const std::uint32_t unit = expiry_unit(deadline_of(deadline_word));
    if (unit < info.next_expiry.load(std::memory_order_relaxed))
        info.next_expiry.store(unit, std::memory_order_relaxed);
}

/// Enters a whole entry into its page's PageInfo: fill, live bytes and next_expiry. `end` is the offset
/// behind its last byte.
[[gnu::always_inline]] inline void add_to_page(layout::PageInfo& info, std::uint64_t end, std::uint64_t bytes,
                                               std::uint64_t deadline_word) noexcept {
    extend_fill(info, static_cast<std::uint32_t>(end));
    increase(info.live, bytes);
    lower_next_expiry(info, deadline_word);
}

/// The last step of an append, after the entry's last byte: the page's and the shard's numbers.
[[gnu::always_inline]] inline void finish_entry(const LockedShard& shard, std::uint32_t page,
                                                std::uint64_t end, std::uint64_t bytes,
                                                std::uint64_t deadline_word) noexcept {
    add_to_page(shard.memory.info(page), end, bytes, deadline_word);
    increase(shard.shard.live_bytes, bytes);
}

/// The next id of this shard: the current era, and a number within it. If the numbers of this era are used
/// up, a new era begins.
[[nodiscard, gnu::always_inline]] inline std::uint64_t take_id(const LockedShard& shard) noexcept {
    layout::Superblock& superblock = *shard.memory.superblock;
    std::uint64_t id = shard.shard.next_id.load(std::memory_order_relaxed);
    const std::uint64_t era = superblock.era.load(std::memory_order_relaxed);
    if (id >> layout::kEraShift < era) id = era << layout::kEraShift;
    if (id == 0) id = 1;  // 0 means "no entry", so no entry gets it
    if (id >> layout::kEraShift > era) superblock.era.fetch_add(1, std::memory_order_relaxed);
    shard.shard.next_id.store(id + 1, std::memory_order_relaxed);
    DUMMYCACHE_KILL_POINT("id taken");
    return id;
}

inline const std::byte* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<const std::byte*>(text.data());
}

[[gnu::always_inline]] inline void put_header(const EntryRef& at, std::uint64_t id,
                                              std::uint64_t deadline_word, const Lengths& lengths) noexcept {
    layout::EntryHeader& header = at.header();
    header.id.store(id, std::memory_order_relaxed);
    header.deadline_word.store(deadline_word, std::memory_order_relaxed);
    header.lengths.store(lengths.word(), std::memory_order_relaxed);
}

/// Prefetches the lines that the next entry of the page will be written to. Otherwise the unlock would wait
/// until the entry's stores have reached the cache of the processor.
[[gnu::always_inline]] inline void prefetch_next(const EntryRef& at, std::uint64_t bytes) noexcept {
    const std::byte* const next = at.key(0) - sizeof(layout::EntryHeader) + bytes;
    for (std::uint64_t ahead = 0; ahead <= 2 * layout::kCacheLine; ahead += layout::kCacheLine)
        __builtin_prefetch(next + layout::kCacheLine + ahead, 1);
}

/// append_locked for an entry without overflow pages and without checksum. The caller has looked whether the shard wants to
/// know the time (history/write_times).
[[gnu::always_inline]] inline std::uint64_t append_plain_locked(const LockedShard& shard,
                                                                const NewEntry& entry) noexcept {
    const std::uint32_t page = shard.shard.open[layout::kNursery].load(std::memory_order_relaxed) - 1;
    const std::uint32_t start = shard.memory.info(page).fill.load(std::memory_order_relaxed);
    const EntryRef at(shard.memory, std::uint64_t{page} * layout::kPageBytes + start);
    const std::uint64_t id = take_id(shard);

    begin_bytes();  // REUSE
    put_header(at, id, entry.deadline_word, entry.lengths(shard.self.client()));
    copy_bytes(at.key(0), bytes_of(entry.key), entry.key.size());
    copy_bytes(at.key(0) + entry.key.size(), bytes_of(entry.value), entry.value.size());
    const std::uint64_t bytes =
        round_up_8(sizeof(layout::EntryHeader) + entry.key.size() + entry.value.size());
    finish_entry(shard, page, start + bytes, bytes, entry.deadline_word);
    prefetch_next(at, bytes);
    return at.offset();
}

}  // namespace dummycache::store
