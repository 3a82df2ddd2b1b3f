// SPDX-License-Identifier: MIT
// What is wrong with a cache, or with the caches of a user.
#pragma once

#include "dummycache/detail/language.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dummycache/stats.hpp"

namespace dummycache {

/// A lock that a process holds at this moment.
struct HeldLock {
    std::string lock;  ///< "all shards", or "shard N"
    std::uint32_t slot = 0;
    std::uint32_t pid = 0;  ///< of the holder, in its own pid namespace; 0 if unknown
    bool alive = true;
    std::string state;      ///< of the holder, as AttachedProcess::state
    bool in_write = false;  ///< the holder is inside a write: if it is dead, the next holder rebuilds
};

/// What Cache::diagnose sees.
struct Diagnosis {
    std::vector<AttachedProcess> processes;
    std::vector<HeldLock> locks;
    std::vector<std::string> problems;               ///< broken invariants, one line each
    std::vector<std::uint32_t> unchecked_shards;     ///< locked, or written too often to be looked at
    std::uint64_t orphaned_pages = 0;                ///< that a dead process staged for a large value
    std::vector<std::string> abandoned_checkpoints;  ///< whose owner was killed (owned_name.hpp)

    /// Whether a repair would change something. A dead process that left only its place in the process
    /// table does not count: any process that attaches may take that place.
    [[nodiscard]] bool needs_repair() const noexcept {
        const auto is_dead = [](const auto& one) { return !one.alive; };
        return std::any_of(locks.begin(), locks.end(), is_dead) || !problems.empty() || orphaned_pages != 0 ||
               !abandoned_checkpoints.empty();
    }
    /// Whether everything was checked and there is nothing to repair.
    [[nodiscard]] bool sound() const noexcept { return !needs_repair() && unchecked_shards.empty(); }
};

/// What Cache::collect_garbage takes for garbage.
struct GarbageOptions {
    bool dry_run = false;     ///< only say it
    std::string match = "*";  ///< only names that match this glob
    /// If given: caches to which no process is attached, and was in this time, whatever is in them. A process counts as
    /// attached from its attaching to its leaving; one that was killed, to the last page of memory that it took.
    std::optional<std::chrono::microseconds> older_than = {};
};

/// A cache, the rest of one, or a checkpoint in one, that Cache::collect_garbage removes.
struct Garbage {
    std::string name;  ///< of the cache
    std::string path;
    std::string reason;   ///< why it is garbage, or what was done
    std::string problem;  ///< why it could not be removed; empty if it was, or in a dry run
};

}  // namespace dummycache
