// SPDX-License-Identifier: MIT
// The keys of a cache, one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <dummycache/cache.hpp>
#include <dummycache/scan.hpp>

#include "tools/redis/module_state.hpp"

namespace dummycache::redis {

/// Calls `visit` with each key, with some more than once.
template <class Visit>
void each_key(Cache& cache, Visit&& visit) {
    constexpr std::size_t kStep = 4096;
    std::uint64_t cursor = 0;
    do {
        cursor = scan(cache, cursor, kStep, visit);
    } while (cursor != 0);
}

/// The cache's own figure, if it has many entries. It counts expired entries until their memory is reclaimed. So up to
/// 10,000 entries are to be counted one by one. With a prefix all are: no figure tells how many keys have it.
inline std::optional<std::uint64_t> rough_count(const Cache& cache) {
    constexpr std::uint64_t kFew = 10'000;
    const std::uint64_t entries = cache.stats().entries;
    const bool is_enough = entries > kFew && state().settings.takeover.kind != Takeover::Kind::prefix;
    return is_enough ? std::optional(entries) : std::nullopt;
}

}  // namespace dummycache::redis
