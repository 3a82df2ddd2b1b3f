// SPDX-License-Identifier: MIT
// How much room the entries of a snapshot need in a cache.
#pragma once

#include <cstdint>

#include "store/layout/attachment.hpp"
#include "store/snapshot/record.hpp"

namespace dummycache::store::snapshot {

/// An estimate from above, by a few per cent: a load that has begun must come to its end.
class SpaceEstimate {
public:
    explicit SpaceEstimate(const Memory& memory)
        : shards_(memory.shard_count), checksums_(memory.checksums) {}
    /// Of a cache that there is not yet: with what costs most.
    SpaceEstimate() = default;

    void add(const Record& record) noexcept;
    [[nodiscard]] std::uint64_t pages() const noexcept;

    /// The capacity that a new cache should have.
    [[nodiscard]] std::uint64_t capacity() const noexcept;

    /// Has the system give the memory now. Throws Error with `full` if the cache or the system has less.
    void reserve(Attachment& attachment) const;

private:
    std::uint32_t shards_ = 16;
    bool checksums_ = true;
    std::uint64_t entries_ = 0;
    std::uint64_t small_bytes_ = 0;
    std::uint64_t overflow_pages_ = 0;
    std::uint64_t largest_value_ = 0;
};

}  // namespace dummycache::store::snapshot
