// SPDX-License-Identifier: MIT
// One attachment of this process to one cache. Every call works on one.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "ipc/cache_clock.hpp"
#include "ipc/machine_clock.hpp"
#include "ipc/process/owner_lock.hpp"
#include "ipc/process/process_table.hpp"
#include "ipc/segment/page_arena.hpp"
#include "store/layout/memory.hpp"

namespace dummycache::store {

/// All copies of a handle share one attachment. It does not change after construction, except for its
/// atomics. So any thread may use it.
struct Attachment : std::enable_shared_from_this<Attachment> {
    std::shared_ptr<ipc::Segment> segment;
    ipc::Membership self;
    ipc::PageArena arena;
    Memory memory;
    std::chrono::milliseconds lock_timeout;
    static constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);
    std::atomic<std::int64_t> helped_us{-1'000'000};  ///< boot clock; of the last look for a rollback
    std::atomic<bool> gives_back{false};              ///< memory goes back when it ends (cache/give_back.hpp)

    /// Joins the segment's processes, if it has a place for one more. Throws ipc::Fault::removed. This is only a look at
    /// the cache; a process that uses it calls join (cache/give_back.hpp).
    Attachment(std::shared_ptr<ipc::Segment> mapped, std::chrono::milliseconds timeout,
               ipc::Joins joins = ipc::Joins::at_once, std::string client_name = {})
        : segment(std::move(mapped)),
          self(*segment, std::min(timeout, kLongest), joins, std::move(client_name)),
          arena(*segment),
          memory(*segment, segment->base()),
          lock_timeout(std::min(timeout, kLongest)) {}

    /// The moment until which a call waits for a lock.
    [[nodiscard]] ipc::Deadline lock_deadline() const { return ipc::steady_now() + lock_timeout; }
    /// The cache's time.
    [[nodiscard]] std::uint64_t now_us() const noexcept {
        return ipc::CacheClock(memory.superblock->clock).now_us();
    }
};

}  // namespace dummycache::store
