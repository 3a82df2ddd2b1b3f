// SPDX-License-Identifier: MIT
#include "store/index/split.hpp"

#include <algorithm>
#include <bit>

#include "store/layout/truth.hpp"

namespace dummycache::store {

namespace {

/// Bit i is set if slot i has this bit of the tag. Half of a page's slots have it, at random. A branch for
/// each slot would be predicted wrongly about a thousand times.
unsigned slots_with_bit(const layout::Bucket& bucket, std::uint64_t bit) noexcept {
    unsigned found = 0;
    for (unsigned i = 0; i < layout::kSlots; ++i) {
        const std::uint64_t word = bucket.slots[i].load(std::memory_order_relaxed);
        found |= static_cast<unsigned>((word & bit) != 0) << i;
    }
    return found;
}

/// Copies the slots whose tag has `bit` to a new page, which no directory word leads to yet.
void copy_half(const layout::IndexPage& from, layout::IndexPage& to, std::uint64_t bit) noexcept {
    for (std::uint32_t number = 0; number < layout::kBuckets; ++number) {
        const layout::Bucket& bucket = from.buckets[number];
        for (unsigned left = slots_with_bit(bucket, bit); left != 0; left &= left - 1) {
            const auto slot = static_cast<unsigned>(std::countr_zero(left));
            to.buckets[number].slots[slot].store(bucket.slots[slot].load(std::memory_order_relaxed),
                                                 std::memory_order_relaxed);
            to.marks[number][slot].store(from.marks[number][slot].load(std::memory_order_relaxed),
                                         std::memory_order_relaxed);
        }
    }
    const BucketBits spilled = spilled_buckets(to);
    for (std::uint32_t number = 0; number < layout::kBuckets; ++number) {
        to.buckets[number].version.store(spilled[number] ? layout::kSpilled : 0, std::memory_order_relaxed);
    }
}

/// Empties the slots that moved to another page, and bumps each bucket that changes.
void empty_half(layout::IndexPage& page, std::uint64_t bit) noexcept {
    BucketBits changed;
    for (std::uint32_t number = 0; number < layout::kBuckets; ++number) {
        layout::Bucket& bucket = page.buckets[number];
        const unsigned moved = slots_with_bit(bucket, bit);
        for (unsigned left = moved; left != 0; left &= left - 1)
            empty_slot(bucket, static_cast<unsigned>(std::countr_zero(left)));
        changed[number] = moved != 0;
        if ((number & 63) == 0) DUMMYCACHE_KILL_POINT("old half of a split is being emptied");
    }
    const BucketBits spilled = spilled_buckets(page);
    for (std::uint32_t number = 0; number < layout::kBuckets; ++number) {
        layout::Bucket& bucket = page.buckets[number];
        const bool was = (bucket.version.load(std::memory_order_relaxed) & layout::kSpilled) != 0;
        if (changed[number] || was != spilled[number]) bump_version(bucket, spilled[number]);
    }
}

/// Fills a page with zeros. Readers may still be reading the page's former content.
void zero_page(std::byte* page) noexcept {
    begin_bytes();  // REUSE
    auto* const words = reinterpret_cast<std::uint64_t*>(page);
    for (std::size_t i = 0; i < layout::kPageBytes / sizeof *words; ++i)
        __atomic_store_n(words + i, 0, __ATOMIC_RELAXED);
}

bool is_empty(const layout::DirectoryWord* directory, std::uint32_t size) noexcept {
    return std::all_of(directory, directory + size,
                       [](const auto& word) { return word.load(std::memory_order_relaxed) == 0; });
}

}  // namespace

BucketBits spilled_buckets(const layout::IndexPage& page) noexcept {
    BucketBits spilled;
    for (std::uint32_t number = 0; number < layout::kBuckets; ++number) {
        const layout::Bucket& bucket = page.buckets[number];
        for (unsigned left = slots_with_bit(bucket, layout::kSecondChoice); left != 0; left &= left - 1) {
            const std::uint64_t word = bucket.slots[std::countr_zero(left)].load(std::memory_order_relaxed);
            spilled.set(other_bucket(number, static_cast<std::uint32_t>(word >> layout::kTagShift)));
        }
    }
    return spilled;
}

bool split_locked(const LockedShard& shard, const KeyHash& hash, std::uint32_t new_page) noexcept {
    const Memory& memory = shard.memory;
    layout::DirectoryWord* const directory = memory.directory(shard.number);
    const std::uint32_t word = hash.directory_word(memory);
    const std::uint32_t old = shard.checked_link(directory[word].load(std::memory_order_relaxed));
    const std::uint32_t old_depth = old == 0 ? 0 : memory.info(old - 1).fill.load(std::memory_order_relaxed);
    if (old != 0 && old_depth >= memory.directory_bits) return false;

    const std::uint64_t bit = std::uint64_t{1} << (layout::kTagShift + old_depth);
    zero_page(memory.page(new_page));
    std::uint32_t depth = old_depth + 1;
    std::uint32_t low = (word & ((1U << old_depth) - 1)) | 1U << old_depth;
    if (old != 0) {
        copy_half(memory.index_page(old - 1), memory.index_page(new_page), bit);
    } else {
        depth = is_empty(directory, memory.directory_size()) ? 0 : memory.directory_bits;
        low = word & ((1U << depth) - 1);
    }
    set_depth(memory.info(new_page), depth);
    retype_page(memory.info(new_page), layout::owner_word(layout::PageKind::index, shard.number));
    for (std::uint32_t i = low; i < memory.directory_size(); i += 1U << depth)
        set_directory(directory[i], new_page);
    if (old != 0) {
        set_depth(memory.info(old - 1), depth);
        DUMMYCACHE_KILL_POINT("depth of a split page stored");
        empty_half(memory.index_page(old - 1), bit);
        increase(shard.shard.splits, 1);
    }
    increase(shard.shard.index_pages, 1);
    return true;
}

}  // namespace dummycache::store
