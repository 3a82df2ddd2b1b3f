// SPDX-License-Identifier: MIT
// A slot of the index by its place.
#pragma once

#include <atomic>
#include <cstdint>

#include "store/layout/layout.hpp"

namespace dummycache::store {

/// A slot of the index, occupied or empty. Valid until the unlock, or until room is made.
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
    /// Visits since the entry was written or eviction passed over it, at most kMaxVisits.
    [[nodiscard]] unsigned visits() const noexcept {
        return mark().load(std::memory_order_relaxed) & layout::kVisits;
    }
    /// Eviction passes over the entry: takes one of its visits, and protects it.
    void pass_over() const noexcept {
        mark().store(static_cast<std::uint8_t>((visits() - 1) | layout::kProtected),
                     std::memory_order_relaxed);
    }
};

}  // namespace dummycache::store
