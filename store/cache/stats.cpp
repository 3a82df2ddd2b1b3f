// SPDX-License-Identifier: MIT
#include "store/cache/stats.hpp"

#include <algorithm>
#include <chrono>

#include "ipc/process/liveness.hpp"

namespace dummycache::store {

Stats stats(Attachment& attachment) {
    Stats stats;
    for (std::uint32_t i = 0; i < attachment.memory.shard_count; ++i) {
        const layout::Shard& shard = attachment.memory.shards[i];
        stats.entries += shard.entries.load(kRelaxed);
        const std::uint64_t large_pages = shard.overflow_pages.load(kRelaxed);
        stats.live_bytes += shard.live_bytes.load(kRelaxed) + large_pages * layout::kPageBytes;
        stats.sets += shard.sets.load(kRelaxed);
        stats.erases += shard.erases.load(kRelaxed);
        stats.evicted += shard.evicted.load(kRelaxed);
        stats.expired += shard.expired.load(kRelaxed);
        stats.moved_bytes += shard.moved_bytes.load(kRelaxed);
        stats.splits += shard.splits.load(kRelaxed);
        stats.recoveries += shard.recoveries.load(kRelaxed);
        stats.data_pages += shard.data_pages.load(kRelaxed);
        stats.index_pages += shard.index_pages.load(kRelaxed);
        stats.large_pages += large_pages;
    }
    const layout::Superblock& superblock = *attachment.memory.superblock;
    stats.hits = superblock.retired[0].load(kRelaxed);
    stats.misses = superblock.retired[1].load(kRelaxed);
    stats.read_retries = superblock.retired[2].load(kRelaxed);
    for (const layout::ProcessSlot& slot : attachment.segment->process_slots()) {
        for (const layout::ReadCounters& counters : slot.counters) {
            stats.hits += counters.hits.load(kRelaxed);
            stats.misses += counters.misses.load(kRelaxed);
            stats.read_retries += counters.retries.load(kRelaxed);
        }
    }
    stats.clears = superblock.clears.load(kRelaxed);
    const std::uint64_t committed = attachment.memory.committed();
    for (std::uint32_t page = 0; page < committed; ++page) {
        stats.free_pages += attachment.memory.info(page).owner.load(kRelaxed) == 0;
    }
    stats.capacity_bytes = attachment.segment->identity().capacity_bytes;
    stats.committed_bytes = attachment.segment->committed_bytes();
    return stats;
}

Info info(Attachment& attachment) {
    const layout::Identity& identity = attachment.segment->identity();
    Info info;
    info.name = attachment.segment->name().text;
    info.path = attachment.segment->name().path;
    info.kind = static_cast<Kind>(identity.kind);
    info.capacity_bytes = identity.capacity_bytes;
    info.committed_bytes = attachment.segment->committed_bytes();
    info.page_bytes = layout::kPageBytes;
    info.shards = attachment.memory.shard_count;
    info.layout_version = identity.layout_version;
    info.uid = identity.uid;
    info.mode = identity.mode;
    info.when_full = attachment.memory.evicts ? WhenFull::evict : WhenFull::refuse;
    using Instant = std::chrono::system_clock::time_point;
    const auto latest = static_cast<std::uint64_t>(
        std::chrono::floor<std::chrono::microseconds>(Instant::max().time_since_epoch()).count());
    info.created = Instant(std::chrono::microseconds(std::min(identity.created_us, latest)));
    const ipc::ProcessIdentity own = ipc::own_identity();
    std::uint32_t number = 0;
    for (layout::ProcessSlot& slot : attachment.segment->process_slots()) {
        // Loads the generation first. A process that has joined may not have stored its pid yet; with its
        // new generation it would look dead.
        const std::uint32_t generation = slot.generation.load(std::memory_order_acquire);
        const std::uint32_t pid = slot.pid.load(std::memory_order_acquire);
        const std::uint32_t slot_number = number++;
        if (pid == 0) continue;
        const bool alive = !attachment.self.is_dead(slot_number, generation);
        const std::string state = alive ? ipc::activity_of(slot) : "dead";
        const bool is_self = pid == own.pid &&
                             slot.start_time.load(std::memory_order_acquire) == own.start_time &&
                             slot.pid_namespace.load(std::memory_order_acquire) == own.pid_namespace;
        info.processes.push_back({slot_number, pid, alive, ipc::name_of(slot), state, is_self});
    }
    return info;
}

}  // namespace dummycache::store
