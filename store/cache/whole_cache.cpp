// SPDX-License-Identifier: MIT
// What concerns the whole cache.
#include <algorithm>

#include "dummycache/error.hpp"
#include "ipc/error.hpp"
#include "store/cache/image.hpp"
#include "store/checkpoint/undo.hpp"
#include "store/entry/attachment.hpp"
#include "store/log/log.hpp"
#include "store/recovery/rebuild.hpp"

namespace dummycache::store {

namespace {
constexpr auto kRelaxed = std::memory_order_relaxed;
}

void Engine::throw_bad_key(std::size_t bytes, const char* what) {
    throw Error(ErrorCode::invalid_argument, std::string(what) + ": a key of " + std::to_string(bytes) +
                                                 " bytes is not between 1 and 65535 bytes");
}

void Engine::check_value(std::uint64_t bytes, const char* what) const {
    const std::uint64_t most = std::min(segment_->identity().capacity_bytes / 2, layout::kMaxValueBytes);
    if (bytes <= most) return;
    throw Error(ErrorCode::invalid_argument, std::string(what) + ": a value of " + std::to_string(bytes) +
                                                 " bytes is larger than half the capacity of " +
                                                 described(*segment_) + " (" + std::to_string(most) +
                                                 " bytes); create one with a larger capacity");
}

std::uint64_t Engine::unusual_deadline_word_of(Timeout timeout, Codec codec) const {
    const auto low = static_cast<std::uint64_t>(codec);
    if (low > static_cast<std::uint64_t>(Codec::pickle)) {
        throw Error(ErrorCode::invalid_argument, "set: " + std::to_string(low) + " is no codec");
    }
    switch (timeout.kind()) {
        case Timeout::Kind::invalid:
            throw Error(ErrorCode::invalid_argument,
                        "timeout: NaN and infinity are no timeouts; leave it out for ever");
        case Timeout::Kind::finite: break;
        default: return low;
    }
    const std::uint64_t deadline = now_us() + static_cast<std::uint64_t>(timeout.microseconds());
    return std::min(deadline, layout::kMaxDeadline) << layout::kDeadlineShift | low;
}

void Engine::throw_full(const char* what, std::uint64_t bytes) const {
    const std::string room =
        std::string(what) + ": no room for " + std::to_string(bytes) + " bytes in " + described(*segment_);
    const bool system_full = memory_.committed() < memory_.pages;
    const std::string keeps = memory_.evicts ? "" : ", and it does not evict";
    const std::string why =
        system_full ? ": the system has no memory left for it" + keeps + "; free some (is /dev/shm full?)"
                    : ": it is full" + keeps + "; delete entries or create a larger one";
    throw Error(ErrorCode::full, room + why);
}

void Engine::clear() {
    const AllShardsGuard guard(memory_, arena_, self_, lock_deadline(), "clear");
    layout::Superblock& superblock = *memory_.superblock;
    const std::uint64_t era = superblock.era.load(kRelaxed) + 1;
    if (era > layout::kMaxEra)
        throw Error(ErrorCode::full, "clear: " + described(*segment_) +
                                         " was cleared too often; remove it and create it again");
    superblock.era.store(era, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("era raised");
    superblock.clear_era.store(era, std::memory_order_release);  // the commit
    DUMMYCACHE_KILL_POINT("clear era raised");
    superblock.clears.fetch_add(1, kRelaxed);
    // What checkpoints need stays where it is, and counts as it did.
    const bool keeps = noting_era(memory_) != 0;
    for (const ShardGuard& shard : guard.shards()) {
        // The pages still have slots that lead to cleared entries; compaction empties those before
        // it gives a page back. No page may hold entries from before and after.
        close_page_locked(shard.locked(), layout::kNursery);
        close_page_locked(shard.locked(), layout::kSurvivor);
        shard.locked().shard.entries.store(0, kRelaxed);
        if (!keeps) shard.locked().shard.live_bytes.store(0, kRelaxed);
    }
    if (keeps) return;
    superblock.counted_era.store(era, kRelaxed);
    for (std::uint32_t page = 0; page < memory_.committed(); ++page)
        memory_.info(page).live.store(0, kRelaxed);
}

std::unique_ptr<Image> Engine::image(const char* what, std::string_view checkpoint) {
    check_not_removed(memory_, self_, what);
    auto image = std::make_unique<Image>(*segment_, memory_, arena_, self_, lock_deadline(), what);
    if (!checkpoint.empty())
        image->roll_back(arena_, self_, find_checkpoint_or_throw(image->memory(), checkpoint, what));
    return image;
}

void Engine::visit(const std::function<bool(const EntryView&)>& visitor) { image("visit")->visit(visitor); }

std::vector<std::string> Engine::check() {
    const AllShardsGuard guard(memory_, arena_, self_, lock_deadline(), "check");
    std::vector<std::string> problems;
    for (const ShardGuard& shard : guard.shards()) check_locked(shard.locked(), problems);
    check_owners(memory_, problems);
    return problems;
}

Stats Engine::stats() {
    Stats stats;
    for (std::uint32_t i = 0; i < memory_.shard_count; ++i) {
        const layout::Shard& shard = memory_.shards[i];
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
    const layout::Superblock& superblock = *memory_.superblock;
    stats.hits = superblock.retired[0].load(kRelaxed);
    stats.misses = superblock.retired[1].load(kRelaxed);
    stats.read_retries = superblock.retired[2].load(kRelaxed);
    for (const layout::ProcessSlot& slot : segment_->process_slots()) {
        for (const layout::ReadCounters& counters : slot.counters) {
            stats.hits += counters.hits.load(kRelaxed);
            stats.misses += counters.misses.load(kRelaxed);
            stats.read_retries += counters.retries.load(kRelaxed);
        }
    }
    stats.clears = superblock.clears.load(kRelaxed);
    const std::uint64_t committed = memory_.committed();
    for (std::uint32_t page = 0; page < committed; ++page) {
        stats.free_pages += memory_.info(page).owner.load(kRelaxed) == 0;
    }
    stats.capacity_bytes = segment_->identity().capacity_bytes;
    stats.committed_bytes = segment_->committed_bytes();
    return stats;
}

Info Engine::info() {
    const layout::Identity& identity = segment_->identity();
    Info info;
    info.name = segment_->name().text;
    info.path = segment_->name().path;
    info.kind = static_cast<Kind>(identity.kind);
    info.capacity_bytes = identity.capacity_bytes;
    info.committed_bytes = segment_->committed_bytes();
    info.page_bytes = layout::kPageBytes;
    info.shards = memory_.shard_count;
    info.layout_version = identity.layout_version;
    info.uid = identity.uid;
    info.mode = identity.mode;
    info.when_full = memory_.evicts ? WhenFull::evict : WhenFull::refuse;
    using Instant = std::chrono::system_clock::time_point;
    const auto latest = static_cast<std::uint64_t>(
        std::chrono::floor<std::chrono::microseconds>(Instant::max().time_since_epoch()).count());
    info.created = Instant(std::chrono::microseconds(std::min(identity.created_us, latest)));
    std::uint32_t number = 0;
    for (layout::ProcessSlot& slot : segment_->process_slots()) {
        // Generation first: with that of a process that has joined but not yet stored its pid it would
        // look dead.
        const std::uint32_t generation = slot.generation.load(std::memory_order_acquire);
        const std::uint32_t pid = slot.pid.load(std::memory_order_acquire);
        const std::uint32_t slot_number = number++;
        if (pid == 0) continue;
        const bool alive = !self_.is_dead(slot_number, generation);
        const std::string state = alive ? ipc::activity_of(slot) : "dead";
        info.processes.push_back({slot_number, pid, alive, ipc::name_of(slot), state});
    }
    return info;
}

}  // namespace dummycache::store
