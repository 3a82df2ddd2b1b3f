// SPDX-License-Identifier: MIT
// One hash of a key decides everything: its shard, its index page, its two buckets, its tag.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string_view>

#include "store/layout/memory.hpp"

namespace dummycache::store {

/// The other bucket of a key, computed from either of its buckets and its tag. Applied twice, it gives the
/// first number again. So a split can tell a key's first bucket from its second without reading the key.
[[nodiscard]] inline std::uint32_t other_bucket(std::uint32_t bucket, std::uint32_t tag) noexcept {
    const auto mixed = static_cast<std::uint32_t>(std::uint64_t{tag * 0x9e3779b1U} * layout::kBuckets >> 32);
    return mixed >= bucket ? mixed - bucket : mixed + layout::kBuckets - bucket;
}

///   hash   63    60 59        33 32 31           0
///          | shard | tag 27     | - | first bucket |
struct KeyHash {
    std::uint64_t value;
    std::uint32_t shard;
    std::uint32_t tag;
    std::uint32_t first;  ///< bucket number within the index page

    /// The second bucket. Few keys need it.
    [[nodiscard]] std::uint32_t second() const noexcept { return other_bucket(first, tag); }

    [[nodiscard]] std::uint32_t directory_word(const Memory& memory) const noexcept {
        return tag & (memory.directory_size() - 1);
    }
    [[nodiscard]] std::uint64_t tag_bits() const noexcept { return std::uint64_t{tag} << layout::kTagShift; }
};

[[nodiscard]] inline KeyHash split_hash(const Memory& memory, std::uint64_t hash) noexcept {
    KeyHash key;
    key.value = hash;
    key.shard = static_cast<std::uint32_t>(hash >> 60) & (memory.shard_count - 1);
    key.tag = static_cast<std::uint32_t>(hash >> 33) & ((1U << layout::kTagBits) - 1);
    key.first = static_cast<std::uint32_t>((hash & 0xffffffffU) * layout::kBuckets >> 32);
    return key;
}

/// XXH3 with a secret of this segment. So a program that does not know the secret cannot choose keys that
/// collide.
[[nodiscard]] inline KeyHash hash_of(const Memory& memory, const void* key, std::size_t bytes) noexcept {
    return split_hash(memory, XXH3_64bits_withSecret(key, bytes, memory.secret, sizeof memory.secret));
}
[[nodiscard]] inline KeyHash hash_of(const Memory& memory, std::string_view key) noexcept {
    return hash_of(memory, key.data(), key.size());
}

}  // namespace dummycache::store
