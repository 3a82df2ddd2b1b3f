// SPDX-License-Identifier: MIT
#include "store/index/ghosts.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace dummycache::store {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

constexpr std::uint32_t kFewEntries = 64;
constexpr std::uint64_t kPlacesPerEntry = 2;  // its mark, and a ghost
constexpr std::uint64_t kStep =
    8;  // the insertion point crosses the list in an eighth of the entries' number, at most
constexpr std::uint64_t kNewWeight =
    10;  // a new entry that was dropped too early counts more than a protected one:
constexpr std::uint64_t kProtectedWeight = 7;  // in doubt all are treated alike
constexpr std::uint32_t kMostShare = layout::kWhole / 20 * 19;

std::uint8_t ghost_of(std::uint32_t tag) noexcept {
    const std::uint32_t bits = tag >> (layout::kTagBits - 7);  // the low ones are the same within a page
    return static_cast<std::uint8_t>(bits != 0 ? bits : 0x7f);
}

/// Bit i is set if is(i). Without a loop and without branches: nothing predicts them.
template <unsigned... i, class Is>
unsigned bits_of(std::integer_sequence<unsigned, i...>, const Is& is) noexcept {
    return ((static_cast<unsigned>(is(i)) << i) | ...);
}
template <unsigned count, class Is>
unsigned bits_of(const Is& is) noexcept {
    return bits_of(std::make_integer_sequence<unsigned, count>(), is);
}

/// Which bytes of a bucket's marks are no entry's.
unsigned unused_marks(const layout::Bucket& bucket) noexcept {
    return 1U << layout::kSlots |
           bits_of<layout::kSlots>([&](unsigned i) { return bucket.slots[i].load(kRelaxed) == 0; });
}

/// Where ghosts of keys with this first bucket are. An entry's mark takes one place, and a ghost for each second entry
/// or for each one is as much as is good: whoever remembers much more takes every key of a loop for one that
/// was dropped too early. So a page with few entries has ghosts in the first half, quarter, ... of its buckets only.
std::uint32_t bucket_of_ghosts(const layout::Shard& s, std::uint32_t first) noexcept {
    const std::uint64_t pages = std::max<std::uint64_t>(s.index_pages.load(kRelaxed), 1);
    const std::uint64_t entries = std::max<std::uint64_t>(s.entries.load(kRelaxed), kFewEntries);
    const std::uint64_t places = pages * layout::kBuckets * layout::kMarks;
    if (places < (kPlacesPerEntry + 1) * entries) return first;
    const auto halvings = static_cast<unsigned>(std::bit_width(places / entries - kPlacesPerEntry));
    return static_cast<std::uint32_t>(std::uint64_t{first} >> halvings);
}

/// Puts a ghost in at the first of these places, moving those there on. The last one falls out.
void push(std::atomic<std::uint8_t>* marks, unsigned places, std::uint8_t ghost) noexcept {
    for (; places != 0 && ghost != 0; places &= places - 1) {
        std::atomic<std::uint8_t>& mark = marks[std::countr_zero(places)];
        const std::uint8_t here = mark.load(kRelaxed);
        mark.store(ghost, kRelaxed);
        ghost = here;
    }
}

/// A key came back that was evicted without a visit, or protected. Of all entries of its kind that are evicted the share that
/// comes back tells what a place of that kind is worth; where it is greater the insertion point makes room.
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
    // What the slot's mark held moves on.
    const bool elsewhere = free.bucket_number != bucket;
    const unsigned places = elsewhere ? unused_marks(free.bucket()) : unused;
    push(free.page->marks[free.bucket_number], places & ~0U << (free.slot + 1), free.mark().load(kRelaxed));
    return found != 0;
}

}  // namespace dummycache::store
