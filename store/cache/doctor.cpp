// SPDX-License-Identifier: MIT
#include "store/cache/doctor.hpp"

#include <array>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "ipc/process/slot_janitor.hpp"
#include "store/cache/abandoned.hpp"
#include "store/cache/image.hpp"
#include "store/cache/stats.hpp"
#include "store/recovery/check.hpp"
#include "store/recovery/rebuild.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

namespace {

constexpr int kLooks = 20;  // attempts to copy a shard that writers keep changing

/// Every write to a shard changes some of these words. Besides them, the era.
struct Counters {
    std::array<std::byte, sizeof(layout::Shard) - offsetof(layout::Shard, next_id)> words{};
    std::uint64_t era = 0;

    bool operator==(const Counters&) const = default;
};

/// The counters of a shard, or nothing if it is locked. Looks at the lock before and after the copy: a
/// writer's stores may arrive in any order until its unlock. If the shard is free both times, the counters
/// belong together.
std::optional<Counters> counters_at_rest(const Memory& memory, std::uint32_t number) noexcept {
    const layout::Shard& shard = memory.shards[number];
    const auto is_free = [&] {
        return shard.lock.load(std::memory_order_acquire) == 0 && shard.dirty.load(kRelaxed) == 0;
    };
    if (!is_free()) return std::nullopt;
    Counters counters;
    const auto* const from = reinterpret_cast<const std::byte*>(&shard) + offsetof(layout::Shard, next_id);
    copy_bytes(counters.words.data(), from, counters.words.size());
    counters.era = memory.superblock->era.load(kRelaxed);
    fence_acquire();
    if (!is_free()) return std::nullopt;
    return counters;
}

/// Copies and checks the cache until each shard was once at rest: free before and after the copy, with the
/// same counters. Shards that were never at rest stay in `unchecked_shards`.
void check_copies(Attachment& attachment, Diagnosis& diagnosis) {
    const Memory& live = attachment.memory;
    std::vector<std::uint32_t> left(live.shard_count);
    std::iota(left.begin(), left.end(), 0U);
    for (int look = 0; look < kLooks && !left.empty(); ++look) {
        std::vector<std::optional<Counters>> before(live.shard_count);
        for (const std::uint32_t number : left) before[number] = counters_at_rest(live, number);
        const Image image(std::as_const(attachment));
        fence_acquire();
        if (look == 0) check_owners(image.memory(), diagnosis.problems);
        std::erase_if(left, [&](std::uint32_t number) {
            if (!before[number] || before[number] != counters_at_rest(live, number)) return false;
            check_locked(LockedShard::of_copy(attachment, image.memory(), number), diagnosis.problems);
            return true;
        });
    }
    diagnosis.unchecked_shards = std::move(left);
}

/// How many pages each dead process has staged, by owner word. So a repair frees exactly the pages that a
/// diagnosis counts.
std::map<std::uint64_t, std::uint64_t> pages_of_dead_stagers(const Attachment& attachment) {
    const Memory& memory = attachment.memory;
    std::map<std::uint64_t, std::uint64_t> pages;
    for (std::uint32_t page = 0; page < memory.committed(); ++page) {
        const std::uint64_t owner = memory.info(page).owner.load(std::memory_order_acquire);
        if (layout::kind_of(owner) == layout::PageKind::staged) ++pages[owner];
    }
    std::erase_if(pages, [&](const auto& staged) {
        return !attachment.self.is_dead(layout::who_of(staged.first), layout::generation_of(staged.first));
    });
    return pages;
}

void add_held_lock(const Attachment& attachment, std::vector<HeldLock>& locks, const std::string& name,
                   const layout::LockWord& word, bool in_write) {
    const ipc::Holder holder = ipc::holder_of(word, attachment.self);
    if (holder.slot == ipc::kNoSlot) return;
    HeldLock held;
    held.lock = name;
    held.slot = holder.slot;
    held.pid = holder.pid;
    held.alive = !attachment.self.is_dead(holder.slot, holder.generation);
    held.in_write = in_write;
    held.state = "dead";
    if (held.alive) held.state = ipc::activity_of(attachment.segment->process_slots()[holder.slot]);
    locks.push_back(std::move(held));
}

void repair_pages(Attachment& attachment, std::vector<std::string>& done) {
    std::uint64_t owners = 0;
    for (std::uint32_t page = 0; page < attachment.memory.committed(); ++page) {
        if (has_possible_owner(attachment.memory, page)) continue;
        attachment.arena.give_back(page);
        ++owners;
    }
    if (owners != 0) done.push_back(fmt::format("pages freed whose owner does not exist: {}", owners));
    std::uint64_t pages = 0;
    for (const auto& [owner, count] : pages_of_dead_stagers(attachment))
        pages += attachment.arena.free_staged(layout::who_of(owner), layout::generation_of(owner));
    std::uint64_t processes = 0;
    for (std::uint32_t slot = 0; slot < attachment.segment->process_slots().size(); ++slot) {
        const layout::ProcessSlot& entry = attachment.segment->process_slots()[slot];
        const std::uint32_t generation = entry.generation.load(std::memory_order_acquire);
        if (entry.pid.load(std::memory_order_acquire) == 0 || !attachment.self.is_dead(slot, generation))
            continue;
        pages += ipc::retire_dead_slot(*attachment.segment, slot, generation);
        ++processes;
    }
    if (processes != 0) done.push_back(fmt::format("dead processes cleared up after: {}", processes));
    if (pages != 0) done.push_back(fmt::format("pages freed that dead processes had staged: {}", pages));
    attachment.arena.rebuild_free_map();
}

}  // namespace

std::vector<std::string> check(Attachment& attachment) {
    const AllShardsGuard guard(attachment, "check");
    std::vector<std::string> problems;
    for (const LockedShard& shard : guard.shards()) check_locked(shard, problems);
    check_owners(attachment.memory, problems);
    return problems;
}

Diagnosis diagnose(Attachment& attachment) {
    check_not_removed(attachment, "diagnose");
    Diagnosis diagnosis;
    diagnosis.processes = info(attachment).processes;
    add_held_lock(attachment, diagnosis.locks, "all shards", attachment.memory.superblock->all_shards_lock,
                  false);
    for (std::uint32_t i = 0; i < attachment.memory.shard_count; ++i) {
        const layout::Shard& shard = attachment.memory.shards[i];
        add_held_lock(attachment, diagnosis.locks, fmt::format("shard {}", i), shard.lock,
                      shard.dirty.load(kRelaxed) != 0);
    }
    for (const auto& [owner, pages] : pages_of_dead_stagers(attachment)) diagnosis.orphaned_pages += pages;
    diagnosis.abandoned_checkpoints = abandoned_checkpoints(attachment);
    check_copies(attachment, diagnosis);
    return diagnosis;
}

std::vector<std::string> repair(Attachment& attachment) {
    std::vector<std::string> done;
    const auto recoveries = [&] {
        std::uint64_t sum = 0;
        for (std::uint32_t i = 0; i < attachment.memory.shard_count; ++i)
            sum += attachment.memory.shards[i].recoveries.load(kRelaxed);
        return sum;
    };
    const std::uint64_t before = recoveries();
    done = clear_abandoned_checkpoints(attachment);
    const AllShardsGuard guard(attachment, "repair");
    if (const std::uint64_t count = recoveries() - before; count != 0)
        done.push_back(
            fmt::format("shards rebuilt whose last owner died inside a write or found damage: {}", count));
    for (const LockedShard& shard : guard.shards()) {
        std::vector<std::string> problems;
        check_locked(shard, problems);
        if (problems.empty()) continue;
        const std::uint64_t entries = shard.shard.entries.load(kRelaxed);
        rebuild_locked(shard);
        done.push_back(fmt::format("rebuilt a shard: {}; it had {} entries and has {}", problems.front(),
                                   entries, shard.shard.entries.load(kRelaxed)));
    }
    repair_pages(attachment, done);
    return done;
}

}  // namespace dummycache::store
