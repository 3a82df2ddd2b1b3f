// SPDX-License-Identifier: MIT
#include "store/shard/watch.hpp"

#include <limits>

#include "ipc/machine_clock.hpp"
#include "ipc/os/futex.hpp"

namespace dummycache::store {

namespace {

/// Milliseconds of the boot clock. The cache's time is not used, because it may be frozen.
std::uint64_t boot_ms() noexcept { return ipc::boot_us() / 1000; }

}  // namespace

std::uint32_t watch(layout::Shard& shard) noexcept {
    // The waiter stores this before it looks at the key. A writer stores its slot before it loads this. So
    // at least one of the two sees the other's store. Otherwise the waiter looks again after its slice.
    shard.watched_until.store(boot_ms() + 2 * static_cast<std::uint64_t>(kWatchSlice.count()),
                              std::memory_order_seq_cst);
    return shard.changes.load(std::memory_order_seq_cst);
}

void sleep_until_changed(layout::Shard& shard, std::uint32_t seen, std::chrono::nanoseconds time) noexcept {
    ipc::sleep_while(shard.changes, seen, time);
}

void wake_watchers(layout::Shard& shard) noexcept {
    std::uint64_t until = shard.watched_until.load(std::memory_order_relaxed);
    if (boot_ms() > until) {
        shard.watched_until.compare_exchange_strong(until, 0, std::memory_order_relaxed);
        return;
    }
    shard.changes.fetch_add(1, std::memory_order_seq_cst);
    ipc::wake(shard.changes, std::numeric_limits<int>::max());
}

}  // namespace dummycache::store
