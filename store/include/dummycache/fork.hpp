// SPDX-License-Identifier: MIT
// A second cache that begins as the first one is now.
#pragma once

#include <optional>
#include <string_view>

#include "dummycache/cache.hpp"

namespace dummycache {

/// Makes a cache called `name` with the state that `from` has at one moment: entries with their codecs, ids
/// and deadlines, the clock (frozen or running), the order of eviction, capacity, mode, and what happens when
/// it is full. Afterwards neither knows of the other. Counters begin at 0. Returns a handle on it, or nothing
/// if there is a cache of that name already, which stays as it is. `name` is as for Cache::open; of the options
/// only lock_timeout counts, and belongs to the new handle.
///
/// Memory for all of it is taken first; then writers of `from` wait while the used pages are copied, and
/// readers go on. About 50 ms for 64 MiB, of which writers wait 10. A fork into a file of a cache that is not in
/// one is slower (it copies entry by entry, for those in a file carry checksums), gives new ids and another order
/// of eviction, and needs memory of this process for two copies of what is used.
///
/// Any thread of any process may call it. Throws ErrorCode::full if the system has no memory for the copy or, with
/// checksums, the capacity has no room for it; ErrorCode::busy if a live process holds a lock of `from`; ErrorCode::removed,
/// and what Cache::create throws. Then, and if the process is killed inside, the new cache does not exist: it gets its
/// name when it is whole.
std::optional<Cache> fork_cache(const Cache& from, std::string_view name, const Options& options = {});

}  // namespace dummycache
