// SPDX-License-Identifier: MIT
// How much memory the entries of a snapshot need in a cache.
#pragma once

#include <cstdint>

#include "store/layout/attachment.hpp"
#include "store/snapshot/record.hpp"

namespace dummycache::store::snapshot {

/// An estimate that is a few per cent too high, never too low: a load that has begun must not run out of
/// memory.
class SpaceEstimate {
public:
    explicit SpaceEstimate(const Memory& memory)
        : shards_(memory.shard_count), checksums_(memory.checksums) {}
    /// For a cache that does not exist yet: assumes the options that need the most memory.
    SpaceEstimate() = default;

    void add(const Record& record) noexcept;
    [[nodiscard]] std::uint64_t pages() const noexcept;

    /// The capacity that a new cache should have.
    [[nodiscard]] std::uint64_t capacity() const noexcept;

    /// What the records so far need at least. pages() is what they take if no page is shared with others.
    [[nodiscard]] std::uint64_t least_pages() const noexcept;
    /// Of a new cache that has room for the records so far and for others.
    [[nodiscard]] std::uint64_t least_capacity() const noexcept;
    /// Throws Error with `full` if the cache has less than least_pages(), whatever the system gives.
    void check_room(const Attachment& attachment) const;
    /// Reserves the memory from the system now. Throws Error with `full` if the cache or the system has
    /// less.
    void reserve(Attachment& attachment) const;

private:
    std::uint32_t shards_ = 16;
    bool checksums_ = true;
    std::uint64_t entries_ = 0;
    std::uint64_t small_bytes_ = 0;
    std::uint64_t full_pages_ = 0;
    std::uint64_t fill_ = layout::kPageBytes;  ///< of the page that the next small entry may go to
    std::uint64_t overflow_pages_ = 0;
    std::uint64_t largest_value_ = 0;
};

}  // namespace dummycache::store::snapshot
