// SPDX-License-Identifier: MIT
// The keys of a cache, some at a time, without a copy of it.
#pragma once

#include "dummycache/detail/language.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "dummycache/cache.hpp"

namespace dummycache {

/// Calls `visitor` with about `count` keys, in no particular order. Returns the cursor for the next call; 0
/// when all are done. The first cursor is 0.
///
///     std::uint64_t cursor = 0;
///     do cursor = scan(cache, cursor, 100, print); while (cursor != 0);
///
/// A key that is present from the first call to the last is visited at least once, whatever is written
/// meanwhile. A key that comes or goes meanwhile may be visited or not. A cursor is only a position:
/// nothing is kept between the calls. Any process may go on with it, for as long as the cache exists. A
/// cursor that no call returned is harmless.
///
/// Any thread of any process may call it. Each call locks the shards in question, one after the other, for
/// some microseconds each. It calls the visitor without a lock, so the visitor may use the cache. Throws
/// ErrorCode::busy, ErrorCode::removed. Does not count as a use: the eviction order stays as it is.
std::uint64_t scan(const Cache& cache, std::uint64_t cursor, std::size_t count,
                   const std::function<void(std::string_view key)>& visitor);

}  // namespace dummycache
