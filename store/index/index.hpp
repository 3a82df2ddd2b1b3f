// SPDX-License-Identifier: MIT
// The index of a shard: a directory of index pages, two buckets a key in one of them.
//
//   directory (fixed size, write-once towards deeper pages)      index page
//   tag & (size-1) -> | p0 | p1 | p0 | p2 | p0 | p1 | ...  --->  | bucket 0 | ... | bucket 454 | marks |
//
// A page of depth d is led to by every directory word whose low d bits are the same. A split makes
// a page of depth d+1 out of the half whose next bit is set: the copies are made out of sight, then
// the directory words of that half are stored one by one (each is the commit for its own keys),
// then the old slots are emptied and their buckets bumped. A reader that misses looks at its
// directory word again. Killed half-way: the deeper page is whole, so the repair stores the words
// that are missing (recovery.cpp).
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

#include "store/index/slot_match.hpp"
#include "store/layout/key_hash.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// A slot of the index, found or free. Valid until the lock is let go or room is made.
struct SlotRef {
    layout::IndexPage* page;
    std::uint32_t bucket_number;
    unsigned slot;

    [[nodiscard]] layout::Bucket& bucket() const noexcept { return page->buckets[bucket_number]; }
    [[nodiscard]] std::uint64_t word() const noexcept {
        return bucket().slots[slot].load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::atomic<std::uint8_t>& mark() const noexcept {
        return page->marks[bucket_number][slot];
    }
};

/// Asks for both of a key's buckets: a third of the keys are in their second one, and would wait for it after the first.
[[gnu::always_inline]] inline void prefetch_buckets(const layout::IndexPage& index,
                                                    const KeyHash& hash) noexcept {
    __builtin_prefetch(&index.buckets[hash.first]);
    __builtin_prefetch(&index.buckets[hash.second()]);
}

/// The same in the key's index page. Null if there is none yet. Holds no lock.
inline layout::IndexPage* prefetch_buckets(const Memory& memory, const KeyHash& hash) noexcept {
    const std::uint32_t page =
        memory.directory(hash.shard)[hash.directory_word(memory)].load(std::memory_order_acquire);  // DIR
    if (page == 0 || page > memory.committed()) return nullptr;
    layout::IndexPage& index = memory.index_page(page - 1);
    prefetch_buckets(index, hash);
    return &index;
}

/// The same for a key that may be a new one: its ghosts lie among the marks.
inline void prefetch_buckets_and_marks(const Memory& memory, const KeyHash& hash) noexcept {
    const layout::IndexPage* const index = prefetch_buckets(memory, hash);
    if (index != nullptr && memory.is_marking()) __builtin_prefetch(&index->marks[hash.first], 1);
}

/// Once the bucket is here: asks for the entry that a slot with the key's tag leads to, or for the second bucket.
inline void prefetch_entry_of(const Memory& memory, const KeyHash& hash) noexcept {
    const std::uint32_t page =
        memory.directory(hash.shard)[hash.directory_word(memory)].load(std::memory_order_acquire);  // DIR
    if (page == 0 || page > memory.committed()) return;
    const layout::IndexPage& index = memory.index_page(page - 1);
    const layout::Bucket& first = index.buckets[hash.first];
    if (const unsigned found = slots_with_tag(first, hash.tag); found != 0) {
        prefetch_entry(memory, first.slots[__builtin_ctz(found)].load(std::memory_order_relaxed));
    } else {
        __builtin_prefetch(&index.buckets[hash.second()]);
    }
}

/// The index page that a key belongs to, or null if there is none yet.
[[nodiscard]] inline layout::IndexPage* index_page_of(const LockedShard& shard,
                                                      const KeyHash& hash) noexcept {
    const auto& word = shard.memory.directory(shard.number)[hash.directory_word(shard.memory)];
    const std::uint32_t page = shard.checked_link(word.load(std::memory_order_relaxed));
    return page == 0 ? nullptr : &shard.memory.index_page(page - 1);
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

/// A bit for each bucket of an index page.
using BucketBits = std::bitset<layout::kBuckets>;

/// Marks the buckets of `page` from which a key has gone to its second bucket.
[[nodiscard]] BucketBits spilled_buckets(const layout::IndexPage& page) noexcept;

/// Makes room for a key whose buckets are full, or whose page does not exist, with `new_page`, an
/// empty page in this shard's hands. False if the directory can grow no deeper; the page is then
/// still the caller's.
bool split_locked(const LockedShard& shard, const KeyHash& hash, std::uint32_t new_page) noexcept;

}  // namespace dummycache::store
