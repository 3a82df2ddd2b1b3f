// SPDX-License-Identifier: MIT
// Clears up a slot of the process table.
#include "ipc/process/slot_janitor.hpp"

#include <algorithm>
#include <iterator>

#include "ipc/kill_point.hpp"
#include "ipc/os/file_descriptor.hpp"
#include "ipc/os/fork_registry.hpp"
#include "ipc/segment/page_arena.hpp"

namespace dummycache::ipc {

namespace {

/// A count is taken out of the slot before it is added to the sum. A death in between loses it; none counts twice.
void fold_counters(layout::Superblock& superblock, layout::ProcessSlot& entry) {
    for (layout::ReadCounters& counters : entry.counters) {
        std::atomic<std::uint64_t>* const parts[] = {&counters.hits, &counters.misses, &counters.retries};
        for (std::size_t i = 0; i < std::size(parts); ++i) {
            const std::uint64_t counted = parts[i]->exchange(0, std::memory_order_relaxed);
            if (counted != 0) superblock.retired[i].fetch_add(counted, std::memory_order_relaxed);
        }
    }
}

/// `staging` of the slot is its share of `stagers`. The sum may be too high after a death between the
/// two stores, which costs time; it never goes below zero.
void leave_stagers(layout::Superblock& superblock, std::uint64_t share) {
    std::uint64_t stagers = superblock.stagers.load(std::memory_order_relaxed);
    while (!superblock.stagers.compare_exchange_weak(stagers, stagers - std::min(stagers, share),
                                                     std::memory_order_relaxed)) {
    }
}

}  // namespace

std::uint32_t retire_slot(Segment& segment, std::uint32_t slot) {
    layout::ProcessSlot& entry = segment.process_slots()[slot];
    layout::Superblock& superblock = segment.superblock();
    const std::uint32_t generation = entry.generation.load(std::memory_order_acquire);
    fold_counters(superblock, entry);
    DUMMYCACHE_KILL_POINT("retire.folded");
    std::uint32_t freed = 0;
    if (const std::uint64_t share = entry.staging.load(std::memory_order_acquire); share != 0) {
        PageArena arena(segment);
        freed = arena.free_staged(slot, generation);
        DUMMYCACHE_KILL_POINT("retire.freed");
        arena.rebuild_free_map();
        entry.staging.store(0, std::memory_order_release);
        DUMMYCACHE_KILL_POINT("retire.not_staging");
        leave_stagers(superblock, share);
    }
    DUMMYCACHE_KILL_POINT("retire.before_nobody");
    entry.pid.store(0, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("retire.nobody");
    // By CAS: a process that lost its byte to another one and comes late must not set the generation back.
    std::uint32_t seen = generation;
    entry.generation.compare_exchange_strong(seen, generation + 1, std::memory_order_release,
                                             std::memory_order_relaxed);
    return freed;
}

std::uint32_t retire_dead_slot(Segment& segment, std::uint32_t slot, std::uint32_t generation) {
    // A descriptor of its own: a lock of an open file description does not exclude its own threads.
    const PrivateDescriptor descriptor([&segment] { return segment.open_again(); });
    if (!descriptor.valid() || !try_lock_byte(descriptor.get(), layout::kLivenessBase + slot)) return 0;
    if (segment.process_slots()[slot].generation.load(std::memory_order_acquire) != generation) return 0;
    return retire_slot(segment, slot);
}

}  // namespace dummycache::ipc
