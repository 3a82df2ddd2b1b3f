// SPDX-License-Identifier: MIT
// The index of a shard: a directory of index pages, two buckets a key in one of them.
//
//   directory (fixed size, write-once towards deeper pages)      index page
//   tag & (size-1) -> | p0 | p1 | p0 | p2 | p0 | p1 | ...  --->  | bucket 0 | ... | bucket 454 | marks |
//
// A page is split when a key finds no room in its buckets: split.hpp.
#pragma once

#include <cstdint>
#include <optional>

#include "store/index/directory.hpp"
#include "store/index/slot_match.hpp"
#include "store/index/slot_ref.hpp"
#include "store/layout/key_hash.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Prefetches both buckets of a key. A third of the keys are in their second bucket and would wait for it
/// after the first.
[[gnu::always_inline]] inline void prefetch_buckets(const layout::IndexPage& index,
                                                    const KeyHash& hash) noexcept {
    __builtin_prefetch(&index.buckets[hash.first]);
    __builtin_prefetch(&index.buckets[hash.second()]);
}

/// The same, for a caller that holds no lock. Returns the key's index page, or null if there is none yet.
inline layout::IndexPage* prefetch_buckets(const Memory& memory, const KeyHash& hash) noexcept {
    layout::IndexPage* const index = index_page_of(memory, hash);
    if (index != nullptr) prefetch_buckets(*index, hash);
    return index;
}

/// The same, and the marks, for a key that may be new: its ghost lies among the marks.
inline void prefetch_buckets_and_marks(const Memory& memory, const KeyHash& hash) noexcept {
    const layout::IndexPage* const index = prefetch_buckets(memory, hash);
    if (index != nullptr && memory.is_marking()) __builtin_prefetch(&index->marks[hash.first], 1);
}

/// Call this once the bucket has arrived. Prefetches the entry of a slot with the key's tag, or else the
/// second bucket.
inline void prefetch_entry_of(const Memory& memory, const KeyHash& hash) noexcept {
    const layout::IndexPage* const index = index_page_of(memory, hash);
    if (index == nullptr) return;
    const layout::Bucket& first = index->buckets[hash.first];
    if (const unsigned found = slots_with_tag(first, hash.tag); found != 0) {
        prefetch_entry(memory, first.slots[__builtin_ctz(found)].load(std::memory_order_relaxed));
    } else {
        __builtin_prefetch(&index->buckets[hash.second()]);
    }
}

/// The slot that leads to this key's entry, whatever its era and deadline.
[[nodiscard]] std::optional<SlotRef> find_locked(const LockedShard& shard, const KeyHash& hash,
                                                 std::string_view key) noexcept;

/// The slot that leads to exactly this offset.
[[nodiscard]] std::optional<SlotRef> find_offset_locked(const LockedShard& shard, const KeyHash& hash,
                                                        std::uint64_t offset) noexcept;
/// The same in the key's index page.
[[nodiscard]] std::optional<SlotRef> find_offset_locked(layout::IndexPage& page, const KeyHash& hash,
                                                        std::uint64_t offset) noexcept;

/// An empty slot for this key: in its first bucket, or in the second if the first holds 4 or more
/// and is fuller. Empty if both are full or there is no page: then split_locked.
[[nodiscard]] std::optional<SlotRef> free_slot_locked(const LockedShard& shard, const KeyHash& hash) noexcept;

/// Fills a free slot, after marking the first bucket if it is in the second.
void insert_locked(const LockedShard& shard, const SlotRef& free, const KeyHash& hash,
                   std::uint64_t offset) noexcept;

}  // namespace dummycache::store
