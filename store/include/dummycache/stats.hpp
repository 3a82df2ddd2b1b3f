// SPDX-License-Identifier: MIT
// Counters and facts of a cache.
#pragma once

#include "dummycache/detail/language.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "dummycache/options.hpp"

namespace dummycache {

/// Counted since the cache was made. Each number is right to within the calls that run at this moment; two
/// numbers need not be from the same moment. Hits and misses are counted without a lock: threads that share
/// a counter may lose a few.
struct Stats {
    std::uint64_t entries = 0;  ///< current entries; expired ones count until their bytes are reclaimed
    /// Bytes of current entries, index not included; large ones by whole pages, also those that only a
    /// checkpoint keeps.
    std::uint64_t live_bytes = 0;
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t read_retries = 0;  ///< reads that met a writer and looked again
    std::uint64_t sets = 0;          ///< entries written
    std::uint64_t erases = 0;        ///< entries deleted by a caller
    std::uint64_t evicted = 0;       ///< live entries dropped because the cache was full
    std::uint64_t expired = 0;       ///< expired entries whose bytes were reclaimed
    std::uint64_t clears = 0;
    std::uint64_t moved_bytes = 0;  ///< bytes copied by reclaim
    std::uint64_t splits = 0;       ///< index pages split
    std::uint64_t recoveries = 0;   ///< shards rebuilt after a process died inside a write
    std::uint64_t data_pages = 0;   ///< pages with small entries
    std::uint64_t index_pages = 0;
    std::uint64_t large_pages = 0;      ///< pages with large keys and values
    std::uint64_t free_pages = 0;       ///< committed pages that no shard and no process owns
    std::uint64_t committed_bytes = 0;  ///< memory taken from the system, the control area included
    std::uint64_t capacity_bytes = 0;
};

/// A checkpoint that is held.
struct Checkpoint {
    std::string name;
    bool lost = false;                   ///< it can only be released
    std::chrono::microseconds taken{0};  ///< cache time
    std::uint64_t changes = 0;           ///< keys changed since, about
    bool abandoned = false;              ///< a process owned it (owned_name.hpp) that was killed
};

struct AttachedProcess {
    std::uint32_t slot = 0;
    std::uint32_t pid = 0;  ///< in its own pid namespace
    bool alive = true;
    std::string name;      ///< its command name
    std::string state;     ///< "running", "waiting", "stopped", "zombie", "dead", or "unknown"
    bool is_self = false;  ///< the process that asks; another container may have a process of the same pid
};

struct Info {
    std::string name;  ///< as it was opened, without %w
    std::string path;  ///< of the object in the file system; empty for a private cache
    Kind kind = Kind::shared;
    std::uint64_t capacity_bytes = 0;
    std::uint64_t committed_bytes = 0;
    std::uint64_t page_bytes = 0;
    std::uint32_t shards = 0;
    std::uint32_t layout_version = 0;
    std::uint32_t uid = 0;
    unsigned mode = 0;
    WhenFull when_full = WhenFull::evict;
    std::chrono::system_clock::time_point created;
    std::vector<AttachedProcess> processes;
};

/// A cache found by Cache::list.
struct ListedCache {
    std::string name;  ///< to open it, each % in it is written twice; UID:NAME if it is another user's
    std::string path;
    std::uint32_t uid = 0;  ///< its owner
    std::uint64_t capacity_bytes = 0;
    std::uint64_t committed_bytes = 0;
    std::uint64_t entries = 0;
    std::uint64_t processes = 0;                      ///< attached and alive
    std::chrono::system_clock::time_point last_used;  ///< GarbageOptions::older_than counts from here
    std::string problem;                              ///< empty, or why it cannot be attached, in one line
};

}  // namespace dummycache
