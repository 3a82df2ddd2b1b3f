// SPDX-License-Identifier: MIT
// What a caller may choose when it opens a cache.
#pragma once

#include "dummycache/detail/language.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace dummycache {

/// What a set does when there is no room.
enum class WhenFull : std::uint8_t {
    /// Drop the entries that were used least, the oldest first. Reads count only after half of the capacity
    /// was in use, and only when the entry is no longer among the newest (32 KiB of a shard).
    evict,
    refuse,  ///< fail with ErrorCode::full and keep everything that is stored
};

/// Where a cache's bytes lie.
enum class Kind : std::uint8_t {
    shared,         ///< POSIX shared memory, found by name; gone with a reboot
    file,           ///< a file, found by path; survives a reboot
    private_memory  ///< memory of this process alone
};

/// What opening does if the cache exists already and its capacity, mode or when_full is not that of the options.
enum class WhenDifferent : std::uint8_t {
    accept,  ///< take the cache as it is; Cache::capacity and Cache::info tell what it has
    refuse,  ///< throw ErrorCode::different, with a message that names both values
};

/// What a handle does when its cache was removed. With fail_once and reopen it goes on with the cache that has the
/// name now. If there is none, it makes a new one, with its own options; a handle of Cache::attach makes none and
/// throws `removed` until there is one.
///
/// Such a handle also notices, within a tenth of a second, that the name leads to another object: after an unlink or
/// a rename by hand. A call that waits begins again in the new cache. Each call costs about 15 ns more. The memory of
/// the old cache is given back when no thread is inside a call on it. Private caches are never removed.
enum class WhenRemoved : std::uint8_t {
    fail,       ///< each call throws ErrorCode::removed
    fail_once,  ///< one call of the process throws ErrorCode::removed; later ones go on with a new cache
    reopen,     ///< no call fails: the call goes on with a new cache; Cache::reopened tells that it happened
};

/// The process that creates the cache decides capacity, mode and when_full. If the cache exists already, they are
/// ignored or compared, as when_different says. The others belong to the handle.
struct Options {
    /// Bytes: upper bound of the whole segment, 1 MiB to 512 GiB. The segment is sparse: it takes memory as
    /// entries come. An empty one takes under 4 MiB, whatever its capacity.
    std::uint64_t capacity = std::uint64_t{256} << 20;
    /// Permission bits of the segment. Only its owner may attach to a cache of mode 0600.
    unsigned mode = 0600;
    WhenFull when_full = WhenFull::evict;
    /// How long a write waits for a live process that holds a lock. Then it throws ErrorCode::busy with
    /// that process's pid. A write does not wait for a dead holder.
    std::chrono::milliseconds lock_timeout{1000};
    /// For Cache::open and Cache::attach.
    WhenDifferent when_different = WhenDifferent::accept;
    WhenRemoved when_removed = WhenRemoved::fail;
    /// How this process is called among those that use the cache, beside its program: "gw1" makes `pytest[gw1] 812`. 24
    /// bytes are kept. If it is empty: $DUMMYCACHE_CLIENT, or the id of the test worker (as for %w in a cache's name).
    std::string client_name{};
};

}  // namespace dummycache
