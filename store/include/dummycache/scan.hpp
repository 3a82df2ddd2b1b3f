// SPDX-License-Identifier: MIT
// The keys of a cache, some at a time, without a copy of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "dummycache/cache.hpp"

namespace dummycache {

/// Calls `visitor` with about `count` keys, in no particular order, and returns the cursor to go on with;
/// 0 when all are done. The first cursor is 0.
///
///     std::uint64_t cursor = 0;
///     do cursor = scan(cache, cursor, 100, print); while (cursor != 0);
///
/// A key that is there from the first call to the last is visited at least once, whatever is written meanwhile; one
/// that comes or goes may be visited or not. A cursor is a place and not a state: nothing is kept between the
/// calls, any process may go on with it, for as long as the cache exists, and one that nobody gave is harmless.
///
/// Any thread of any process may call it. Each call locks the shards in question for some microseconds, one after
/// the other, and calls the visitor, which may use the cache, without a lock. Throws ErrorCode::busy,
/// ErrorCode::removed. Not a use: the eviction order stays as it is.
std::uint64_t scan(const Cache& cache, std::uint64_t cursor, std::size_t count,
                   const std::function<void(std::string_view key)>& visitor);

}  // namespace dummycache
