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
};

}  // namespace dummycache::store
