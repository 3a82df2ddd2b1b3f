// SPDX-License-Identifier: MIT
// Where the parts of a segment lie in this process: the live one, or a private copy of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ipc/segment/segment.hpp"
#include "store/layout/layout.hpp"

namespace dummycache::store {

/// Addresses and geometry; fixed after construction, so any thread may read it. Nothing in it is
/// read from shared memory again: a geometry that somebody changes under us changes nothing.
struct Memory {
    std::byte* arena = nullptr;
    layout::PageInfo* page_table = nullptr;
    layout::Superblock* superblock = nullptr;
    layout::Shard* shards = nullptr;
    layout::DirectoryWord* directories = nullptr;
    layout::LeaseRecord* leases = nullptr;
    std::uint32_t shard_count = 0;
    std::uint32_t directory_bits = 0;
    std::uint32_t pages = 0;
    bool evicts = true;  ///< when full; otherwise it refuses
    bool checksums = false;
    unsigned char secret[192] = {};

    /// Of a mapped segment whose bytes begin at `base`: the segment's own, or a copy's.
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
    [[nodiscard]] std::uint32_t directory_size() const noexcept { return 1U << directory_bits; }
    [[nodiscard]] std::uint32_t committed() const noexcept {
        const std::uint64_t committed = superblock->committed.load(std::memory_order_acquire);
        return committed < pages ? static_cast<std::uint32_t>(committed) : pages;
    }
    /// Whether reads leave marks: not while eviction is far away, for they are one more line that each read fetches from
    /// memory. All marks are 0 then. Begun by claim_page_locked, for ever.
    [[nodiscard]] bool is_marking() const noexcept {
        return superblock->marking.load(std::memory_order_relaxed) != 0;
    }
};

/// Asks for an entry's first lines at once: where its value begins is known only when its header is. Always inline: a call that does nothing but ask is one
/// that GCC leaves out.
[[gnu::always_inline]] inline void prefetch_entry(const Memory& memory, std::uint64_t word) noexcept {
    const std::byte* const entry = memory.arena + (word & layout::kOffsetMask) * 8;
    __builtin_prefetch(entry);
    __builtin_prefetch(entry + layout::kCacheLine);
    __builtin_prefetch(entry + 2 * layout::kCacheLine);
}

}  // namespace dummycache::store
