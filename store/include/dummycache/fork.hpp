// SPDX-License-Identifier: MIT
// A second cache that begins as the first one is now.
#pragma once

#include "dummycache/detail/language.hpp"

#include <optional>
#include <string_view>

#include "dummycache/cache.hpp"

namespace dummycache {

/// Makes a cache called `name` with the state that `from` has at one moment: entries with their codecs, ids
/// and deadlines, the clock (frozen or running), the order of eviction, capacity, mode, and what happens
/// when it is full. A checkpoint that belongs to a process (owned_name.hpp) is not held in the new cache.
/// Afterwards the two caches are independent. Counters begin at 0. Returns a handle on the new cache. If a
/// cache of that name exists already, it stays as it is, and nothing is returned. `name` is as for
/// Cache::open. Of the options only lock_timeout and when_removed count; they belong to the new handle.
///
/// Memory for the whole copy is taken first. Then writers of `from` wait while the used pages are copied;
/// readers go on. This takes about 50 ms for 64 MiB, of which writers wait 10 ms. One case is slower: a
/// fork into a file of a cache that is not in a file. Entries in a file have checksums, so it copies entry
/// by entry. It gives new ids and another order of eviction, and needs memory of this process for two
/// copies of the used part.
///
/// Any thread of any process may call it. Throws ErrorCode::full if the system has no memory for the copy
/// or, with checksums, if the capacity has no room for it. Throws ErrorCode::busy if a live process holds a
/// lock of `from`, ErrorCode::removed, and the errors of Cache::create. After an error, and if the process
/// is killed inside, the new cache does not exist: it gets its name when it is whole.
std::optional<Cache> fork_cache(const Cache& from, std::string_view name, const Options& options = {});

}  // namespace dummycache
