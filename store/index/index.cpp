// SPDX-License-Identifier: MIT
#include "store/index/index.hpp"

#include <algorithm>
#include <bit>

#include "store/index/ghosts.hpp"
#include "store/layout/entry_ref.hpp"
#include "store/layout/overflow.hpp"
#include "store/layout/truth.hpp"

namespace dummycache::store {

namespace {

unsigned used_slots(const layout::Bucket& bucket) noexcept {
    unsigned used = 0;
    for (const auto& slot : bucket.slots) used += slot.load(std::memory_order_relaxed) != 0;
    return used;
}

/// Calls `visit` with each occupied slot of a bucket that has this tag until it says true.
template <class Visit>
std::optional<SlotRef> search_bucket(layout::IndexPage& page, std::uint32_t number, std::uint32_t tag,
                                     Visit&& visit) noexcept {
    for (unsigned found = slots_with_tag(page.buckets[number], tag); found != 0; found &= found - 1) {
        const SlotRef ref{&page, number, static_cast<unsigned>(std::countr_zero(found))};
        if (visit(ref.word())) return ref;
    }
    return std::nullopt;
}

/// The same for both of the key's buckets.
template <class Visit>
std::optional<SlotRef> search(layout::IndexPage& page, const KeyHash& hash, Visit&& visit) noexcept {
    if (const auto slot = search_bucket(page, hash.first, hash.tag, visit)) return slot;
    if ((page.buckets[hash.first].version.load(std::memory_order_relaxed) & layout::kSpilled) == 0)
        return std::nullopt;
    return search_bucket(page, hash.second(), hash.tag, visit);
}

}  // namespace

std::optional<SlotRef> find_locked(const LockedShard& shard, const KeyHash& hash,
                                   std::string_view key) noexcept {
    const std::uint32_t committed = shard.memory.committed();
    layout::IndexPage* const page = index_page_of(shard, hash);
    if (page == nullptr) return std::nullopt;
    return search(*page, hash, [&](std::uint64_t word) {
        const EntryRef entry = EntryRef::of_slot(shard.memory, word);
        if (!entry.fits(committed)) [[unlikely]] {
            shard.mark_damaged();
            return false;
        }
        return key_equals(shard.memory, entry, entry.deadline_word(), entry.lengths().key, key, hash.value);
    });
}

std::optional<SlotRef> find_offset_locked(const LockedShard& shard, const KeyHash& hash,
                                          std::uint64_t offset) noexcept {
    layout::IndexPage* const page = index_page_of(shard, hash);
    return page == nullptr ? std::nullopt : find_offset_locked(*page, hash, offset);
}

std::optional<SlotRef> find_offset_locked(layout::IndexPage& page, const KeyHash& hash,
                                          std::uint64_t offset) noexcept {
    return search(page, hash, [&](std::uint64_t word) { return (word & layout::kOffsetMask) * 8 == offset; });
}

std::optional<SlotRef> free_slot_locked(const LockedShard& shard, const KeyHash& hash) noexcept {
    layout::IndexPage* const page = index_page_of(shard, hash);
    if (page == nullptr) return std::nullopt;
    constexpr unsigned kFirstIsEnough = 4;
    const unsigned first = used_slots(page->buckets[hash.first]);
    const bool second = first >= kFirstIsEnough && used_slots(page->buckets[hash.second()]) < first;
    const std::uint32_t number = second ? hash.second() : hash.first;
    for (unsigned slot = 0; slot < layout::kSlots; ++slot) {
        if (page->buckets[number].slots[slot].load(std::memory_order_relaxed) == 0)
            return SlotRef{page, number, slot};
    }
    return std::nullopt;
}

void insert_locked(const LockedShard& shard, const SlotRef& free, const KeyHash& hash,
                   std::uint64_t offset) noexcept {
    // A large entry gets no mark for its ghost: ghosts are mistaken now and then, and a mistake about a large
    // entry costs many others their place.
    const bool came_back =
        recall_evicted_locked(shard, free, hash) && !EntryRef(shard.memory, offset).is_large();
    const bool second = free.bucket_number != hash.first;
    if (second) mark_spilled(free.page->buckets[hash.first]);
    if (shard.memory.is_marking()) free.mark().store(came_back ? 1 : 0, std::memory_order_relaxed);
    publish(free.bucket(), free.slot, hash.tag_bits() | (second ? layout::kSecondChoice : 0) | offset / 8);
}

}  // namespace dummycache::store
