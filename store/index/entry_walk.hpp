// SPDX-License-Identifier: MIT
// Visiting the entries of memory that no process writes to: a private copy, or a segment under repair.
// Reads nothing outside the committed pages, whatever bytes they hold.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dummycache/entry.hpp"
#include "store/index/slot_ref.hpp"
#include "store/layout/entry_ref.hpp"
#include "store/layout/locked_shard.hpp"
#include "store/layout/memory.hpp"

namespace dummycache::store {

/// Which entries a walk takes.
enum class Validation : std::uint8_t {
    all,      ///< sound entries
    checked,  ///< sound entries whose checksum holds
};

/// The index pages that a shard's directory leads to. Skips pages that are in `seen` (a bit for each page),
/// and adds the others to it.
[[nodiscard]] std::vector<std::uint32_t> index_pages_of(const Memory& memory, std::uint32_t shard,
                                                        std::vector<bool>& seen);

/// Calls `visit(page, bucket, slot, word)` for each slot that is not empty, until it returns false.
template <class Visit>
void walk_slots(const Memory& memory, Visit&& visit) {
    constexpr std::uint32_t kAhead = 3;  // the entries of so many buckets are prefetched
    std::vector<bool> seen(memory.pages, false);
    for (std::uint32_t shard = 0; shard < memory.shard_count; ++shard) {
        for (const std::uint32_t number : index_pages_of(memory, shard, seen)) {
            const layout::IndexPage& page = memory.index_page(number);
            for (std::uint32_t bucket = 0; bucket < layout::kBuckets; ++bucket) {
                for (const auto& slot : page.buckets[std::min(bucket + kAhead, layout::kBuckets - 1)].slots)
                    prefetch_entry(memory, slot.load(std::memory_order_relaxed));
                for (unsigned slot = 0; slot < layout::kSlots; ++slot) {
                    const std::uint64_t word =
                        page.buckets[bucket].slots[slot].load(std::memory_order_relaxed);
                    if (word != 0 && !visit(page, bucket, slot, word)) return;
                }
            }
        }
    }
}

/// Calls `visit(entry, slot)` for each entry that an index page leads to. The visitor may empty the slot.
template <class Visit>
void each_entry_locked(const LockedShard& shard, std::uint32_t number, Visit&& visit) {
    constexpr std::uint32_t kAhead = 3;
    layout::IndexPage& page = shard.memory.index_page(number);
    const std::uint32_t committed = shard.memory.committed();
    for (std::uint32_t bucket = 0; bucket < layout::kBuckets; ++bucket) {
        for (const auto& slot : page.buckets[std::min(bucket + kAhead, layout::kBuckets - 1)].slots)
            prefetch_entry(shard.memory, slot.load(std::memory_order_relaxed));
        for (unsigned i = 0; i < layout::kSlots; ++i) {
            const SlotRef slot{&page, bucket, i};
            if (slot.word() == 0) continue;
            const EntryRef entry = EntryRef::of_slot(shard.memory, slot.word());
            if (entry.fits(committed)) visit(entry, slot);
        }
    }
}

/// Reads one entry at a time. Keeps its buffers from one entry to the next.
class EntryLoader {
public:
    EntryLoader(const Memory& memory, std::uint64_t now_us)
        : memory_(memory),
          now_us_(now_us),
          committed_(memory.committed()),
          clear_era_(memory.superblock->clear_era.load(std::memory_order_relaxed)) {}

    /// Whether the slot leads to a sound and visible entry.
    [[nodiscard]] bool is_visible(std::uint64_t word) const noexcept {
        const EntryRef entry = EntryRef::of_slot(memory_, word);
        return entry.fits(committed_) &&
               store::is_visible(entry.id(), entry.deadline_word(), clear_era_, [this] { return now_us_; });
    }
    /// The key of a visible entry; empty if its overflow pages are broken. Valid until the next call.
    [[nodiscard]] std::string_view key(std::uint64_t word);
    [[nodiscard]] std::chrono::microseconds ttl(std::uint64_t word) const noexcept;
    /// All of a visible entry; false if its overflow pages are broken. The views are valid until the next call.
    bool load(std::uint64_t word, EntryView& view);

private:
    const Memory& memory_;
    std::uint64_t now_us_;
    std::uint32_t committed_;
    std::uint64_t clear_era_;
    std::string key_;
    std::string value_;
};

}  // namespace dummycache::store
