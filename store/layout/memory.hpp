// SPDX-License-Identifier: MIT
// Where the parts of a segment are in this process: of the live segment, or of a private copy of it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "ipc/segment/segment.hpp"
#include "store/layout/history.hpp"
#include "store/layout/journal.hpp"
#include "store/layout/layout.hpp"

namespace dummycache::store {

/// For hints, for statistics, and for words that only the holder of the shard's lock changes.
inline constexpr auto kRelaxed = std::memory_order_relaxed;

/// Addresses and geometry. They do not change after construction, so any thread may read them. They are not
/// loaded from shared memory again: if another process overwrites the geometry there, this process does not
/// notice it.
struct Memory {
    std::byte* arena = nullptr;
    layout::PageInfo* page_table = nullptr;
    layout::Superblock* superblock = nullptr;
    layout::Shard* shards = nullptr;
    layout::DirectoryWord* directories = nullptr;
    layout::LeaseRecord* leases = nullptr;
    layout::WriteTimes* write_times = nullptr;
    layout::RemovalRings* removals = nullptr;
    layout::Journal* journal = nullptr;  ///< not safe to touch before Segment::has_journal
    std::uint32_t removals_per_shard = 0;
    std::uint32_t journal_mask = 0;  ///< number of its events - 1
    std::uint32_t shard_count = 0;
    std::uint32_t directory_bits = 0;
    std::uint32_t pages = 0;
    bool evicts = true;  ///< when full; otherwise it refuses
    bool checksums = false;
    unsigned char secret[192] = {};

    /// For a mapped segment whose bytes begin at `base`: the segment itself, or a copy.
    Memory(const ipc::Segment& segment, std::byte* base);

    [[nodiscard]] std::byte* page(std::uint32_t number) const noexcept {
        return arena + std::size_t{number} * layout::kPageBytes;
    }
    [[nodiscard]] layout::PageInfo& info(std::uint32_t number) const noexcept { return page_table[number]; }
    [[nodiscard]] layout::IndexPage& index_page(std::uint32_t number) const noexcept {
        return *reinterpret_cast<layout::IndexPage*>(page(number));
    }
    [[nodiscard]] layout::DirectoryWord* directory(std::uint32_t shard) const noexcept {
        return directories + (std::size_t{shard} << directory_bits);
    }
    [[nodiscard]] std::span<layout::LeaseRecord> leases_of(std::uint32_t shard) const noexcept {
        return {leases + std::size_t{shard} * layout::kLeases, layout::kLeases};
    }
    [[nodiscard]] layout::RemovalRecord* removals_of(std::uint32_t shard) const noexcept {
        return reinterpret_cast<layout::RemovalRecord*>(removals + 1) +
               std::size_t{shard} * removals_per_shard;
    }
    [[nodiscard]] std::uint32_t directory_size() const noexcept { return 1U << directory_bits; }
    [[nodiscard]] std::uint32_t committed() const noexcept {
        const std::uint64_t committed = superblock->committed.load(std::memory_order_acquire);
        return committed < pages ? static_cast<std::uint32_t>(committed) : pages;
    }
    /// Whether reads leave marks. While eviction is far away they do not, and all marks are 0: a mark is
    /// one more cache line for each read. claim_page_locked switches marks on, and nothing switches them
    /// off.
    [[nodiscard]] bool is_marking() const noexcept {
        return superblock->marking.load(std::memory_order_relaxed) != 0;
    }
};

/// Prefetches the first lines of an entry, all at once: only the header says where the value begins.
/// Inlined by force, because GCC removes a call to a function that only prefetches.
[[gnu::always_inline]] inline void prefetch_entry(const Memory& memory, std::uint64_t word) noexcept {
    const std::byte* const entry = memory.arena + (word & layout::kOffsetMask) * 8;
    __builtin_prefetch(entry);
    __builtin_prefetch(entry + layout::kCacheLine);
    __builtin_prefetch(entry + 2 * layout::kCacheLine);
}

}  // namespace dummycache::store
