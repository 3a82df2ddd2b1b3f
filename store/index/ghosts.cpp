// SPDX-License-Identifier: MIT
#include "store/index/ghosts.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace dummycache::store {

namespace {

constexpr std::uint32_t kFewEntries = 64;
constexpr std::uint64_t kPlacesPerEntry = 2;  // its mark, and a ghost
// The insertion point crosses the whole list in no fewer steps than an eighth of the number of entries.
constexpr std::uint64_t kStep = 8;
// A new entry that was evicted too early counts more than a protected one. So in doubt all entries are treated alike.
constexpr std::uint64_t kNewWeight = 10;
constexpr std::uint64_t kProtectedWeight = 7;
constexpr std::uint32_t kMostShare = layout::kWhole / 20 * 19;

std::uint8_t ghost_of(std::uint32_t tag) noexcept {
    const std::uint32_t bits = tag >> (layout::kTagBits - 7);  // the low bits are equal within a page
    return static_cast<std::uint8_t>(bits != 0 ? bits : 0x7f);
}

/// Bit i is set if is(i). Has no loop and no branches, because the processor cannot predict them.
template <unsigned... i, class Is>
unsigned bits_of(std::integer_sequence<unsigned, i...>, const Is& is) noexcept {
    return ((static_cast<unsigned>(is(i)) << i) | ...);
}
template <unsigned count, class Is>
unsigned bits_of(const Is& is) noexcept {
    return bits_of(std::make_integer_sequence<unsigned, count>(), is);
}

/// The bytes of a bucket's marks that belong to no entry; a bit for each.
unsigned unused_marks(const layout::Bucket& bucket) noexcept {
    return 1U << layout::kSlots |
           bits_of<layout::kSlots>([&](unsigned i) { return bucket.slots[i].load(kRelaxed) == 0; });
}

/// The bucket that holds the ghosts of keys with this first bucket. An entry's mark takes one place. The
/// best number of ghosts is one for each entry or for each second entry. With many more ghosts, every key
/// of a long loop would count as evicted too early. So in a page with few entries, only the first half,
/// quarter, ... of the buckets have ghosts.
std::uint32_t bucket_of_ghosts(const layout::Shard& s, std::uint32_t first) noexcept {
    const std::uint64_t pages = std::max<std::uint64_t>(s.index_pages.load(kRelaxed), 1);
    const std::uint64_t entries = std::max<std::uint64_t>(s.entries.load(kRelaxed), kFewEntries);
    const std::uint64_t places = pages * layout::kBuckets * layout::kMarks;
    if (places < (kPlacesPerEntry + 1) * entries) return first;
    const auto halvings = static_cast<unsigned>(std::bit_width(places / entries - kPlacesPerEntry));
    return static_cast<std::uint32_t>(std::uint64_t{first} >> halvings);
}

/// Puts a ghost into the first of these places. The ghosts there move on by one place, and the last one is
/// lost.
void push(std::atomic<std::uint8_t>* marks, unsigned places, std::uint8_t ghost) noexcept {
    for (; places != 0 && ghost != 0; places &= places - 1) {
        std::atomic<std::uint8_t>& mark = marks[std::countr_zero(places)];
        const std::uint8_t here = mark.load(kRelaxed);
        mark.store(ghost, kRelaxed);
        ghost = here;
    }
}

/// Called when an evicted key comes back. It was evicted either without a visit or as a protected entry.
/// For each of these two kinds, the share of evicted entries that come back shows what a place is worth.
/// The insertion point moves to give more room to the kind with the greater share.
void learn(layout::Shard& s, bool is_protected) noexcept {
    const std::uint64_t of_new = s.dropped_new.load(kRelaxed);
    const std::uint64_t of_protected = s.dropped_protected.load(kRelaxed);
    const std::uint64_t entries = std::max<std::uint64_t>(s.entries.load(kRelaxed), kFewEntries);
    const std::uint64_t others = is_protected ? of_new : of_protected;
    const std::uint64_t step = kStep * layout::kWhole / entries * others / (of_new + of_protected + 1);
    const std::uint64_t share = std::min(s.protected_share.load(kRelaxed), kMostShare);
    const std::uint64_t moved =
        is_protected ? share + step * kProtectedWeight / kNewWeight : share - std::min(share, step);
    s.protected_share.store(static_cast<std::uint32_t>(std::min<std::uint64_t>(moved, kMostShare)), kRelaxed);
}

}  // namespace

void remember_evicted_locked(const LockedShard& shard, const SlotRef& slot, std::uint64_t word) noexcept {
    layout::Shard& s = shard.shard;
    const bool is_protected = (slot.mark().load(kRelaxed) & layout::kProtected) != 0;
    increase(is_protected ? s.dropped_protected : s.dropped_new, 1);
    const std::uint64_t entries = std::max<std::uint64_t>(s.entries.load(kRelaxed), kFewEntries);
    if (std::uint64_t{s.dropped_new.load(kRelaxed)} + s.dropped_protected.load(kRelaxed) > entries) {
        s.dropped_new.store(s.dropped_new.load(kRelaxed) / 2, kRelaxed);
        s.dropped_protected.store(s.dropped_protected.load(kRelaxed) / 2, kRelaxed);
    }
    const auto tag = static_cast<std::uint32_t>(word >> layout::kTagShift);
    const bool second = (word & layout::kSecondChoice) != 0;
    const std::uint32_t first = second ? other_bucket(slot.bucket_number, tag) : slot.bucket_number;
    slot.mark().store(0, kRelaxed);
    const std::uint32_t bucket = bucket_of_ghosts(s, first);
    push(slot.page->marks[bucket], unused_marks(slot.page->buckets[bucket]),
         static_cast<std::uint8_t>(ghost_of(tag) | (is_protected ? layout::kGhostProtected : 0)));
}

bool recall_evicted_locked(const LockedShard& shard, const SlotRef& free, const KeyHash& hash) noexcept {
    layout::Shard& s = shard.shard;
    if ((s.dropped_new.load(kRelaxed) | s.dropped_protected.load(kRelaxed)) == 0) return false;
    const std::uint32_t bucket = bucket_of_ghosts(s, hash.first);
    std::atomic<std::uint8_t>* const marks = free.page->marks[bucket];
    const unsigned unused = unused_marks(free.page->buckets[bucket]);
    const std::uint8_t ghost = ghost_of(hash.tag);
    const unsigned found = unused & bits_of<layout::kMarks>([&](unsigned i) {
                               return (marks[i].load(kRelaxed) & ~layout::kGhostProtected) == ghost;
                           });
    if (found != 0) {
        std::atomic<std::uint8_t>& mark = marks[std::countr_zero(found)];
        learn(s, (mark.load(kRelaxed) & layout::kGhostProtected) != 0);
        mark.store(0, kRelaxed);
    }
    // The ghost in the slot's mark moves to another place.
    const bool elsewhere = free.bucket_number != bucket;
    const unsigned places = elsewhere ? unused_marks(free.bucket()) : unused;
    push(free.page->marks[free.bucket_number], places & ~0U << (free.slot + 1), free.mark().load(kRelaxed));
    return found != 0;
}

}  // namespace dummycache::store
