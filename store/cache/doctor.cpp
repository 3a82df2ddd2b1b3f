// SPDX-License-Identifier: MIT
// What is wrong with a cache, seen without a lock, and mending it.
#include <array>
#include <map>
#include <numeric>
#include <optional>

#include "ipc/process/slot_janitor.hpp"
#include "store/cache/image.hpp"
#include "store/entry/attachment.hpp"
#include "store/recovery/rebuild.hpp"

namespace dummycache::store {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr int kLooks = 20;  // at a shard that changes while it is looked at

/// The words that every write to a shard changes some of, and the era.
struct Counters {
    std::array<std::byte, sizeof(layout::Shard) - offsetof(layout::Shard, next_id)> words{};
    std::uint64_t era = 0;

    bool operator==(const Counters&) const = default;
};

/// Empty if the shard is locked. It is looked at twice, for a writer's stores may come in any order
/// before it lets the lock go: free before and after means that the counters are whole.
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

/// Copies until each shard was once caught in peace: at rest before and after the copy, and the same.
/// The others stay in `unchecked_shards`.
void check_copies(const ipc::Segment& segment, const Memory& live, ipc::PageArena& arena,
                  ipc::Membership& self, Diagnosis& diagnosis) {
    std::vector<std::uint32_t> left(live.shard_count);
    std::iota(left.begin(), left.end(), 0U);
    for (int look = 0; look < kLooks && !left.empty(); ++look) {
        std::vector<std::optional<Counters>> before(live.shard_count);
        for (const std::uint32_t number : left) before[number] = counters_at_rest(live, number);
        const Image image(segment, live);
        fence_acquire();
        if (look == 0) check_owners(image.memory(), diagnosis.problems);
        std::erase_if(left, [&](std::uint32_t number) {
            if (!before[number] || before[number] != counters_at_rest(live, number)) return false;
            check_locked({image.memory(), arena, self, image.memory().shards[number], number},
                         diagnosis.problems);
            return true;
        });
    }
    diagnosis.unchecked_shards = std::move(left);
}

/// How many pages each dead process staged, by their owner word: a repair frees exactly what a diagnosis counts.
std::map<std::uint64_t, std::uint64_t> pages_of_dead_stagers(const Memory& memory,
                                                             const ipc::Membership& self) {
    std::map<std::uint64_t, std::uint64_t> pages;
    for (std::uint32_t page = 0; page < memory.committed(); ++page) {
        const std::uint64_t owner = memory.info(page).owner.load(std::memory_order_acquire);
        if (layout::kind_of(owner) == layout::PageKind::staged) ++pages[owner];
    }
    std::erase_if(pages, [&](const auto& staged) {
        return !self.is_dead(layout::who_of(staged.first), layout::generation_of(staged.first));
    });
    return pages;
}

}  // namespace

void Engine::add_held_lock(std::vector<HeldLock>& locks, const std::string& name,
                           const layout::LockWord& word, bool in_write) const {
    const ipc::Holder holder = ipc::holder_of(word, self_);
    if (holder.slot == ipc::kNoSlot) return;
    HeldLock held;
    held.lock = name;
    held.slot = holder.slot;
    held.pid = holder.pid;
    held.alive = !self_.is_dead(holder.slot, holder.generation);
    held.in_write = in_write;
    held.state = "dead";
    if (held.alive) held.state = ipc::activity_of(segment_->process_slots()[holder.slot]);
    locks.push_back(std::move(held));
}

Diagnosis Engine::diagnose() {
    check_not_removed(memory_, self_, "diagnose");
    Diagnosis diagnosis;
    diagnosis.processes = info().processes;
    add_held_lock(diagnosis.locks, "all shards", memory_.superblock->all_shards_lock, false);
    for (std::uint32_t i = 0; i < memory_.shard_count; ++i) {
        const layout::Shard& shard = memory_.shards[i];
        add_held_lock(diagnosis.locks, "shard " + std::to_string(i), shard.lock,
                      shard.dirty.load(kRelaxed) != 0);
    }
    for (const auto& [owner, pages] : pages_of_dead_stagers(memory_, self_))
        diagnosis.orphaned_pages += pages;
    check_copies(*segment_, memory_, arena_, self_, diagnosis);
    return diagnosis;
}

std::vector<std::string> Engine::repair() {
    std::vector<std::string> done;
    const auto recoveries = [&] {
        std::uint64_t sum = 0;
        for (std::uint32_t i = 0; i < memory_.shard_count; ++i)
            sum += memory_.shards[i].recoveries.load(kRelaxed);
        return sum;
    };
    const std::uint64_t before = recoveries();
    const AllShardsGuard guard(memory_, arena_, self_, lock_deadline(), "repair");
    if (const std::uint64_t count = recoveries() - before; count != 0)
        done.push_back("shards rebuilt whose last owner died inside a write or found damage: " +
                       std::to_string(count));
    for (const ShardGuard& shard : guard.shards()) {
        std::vector<std::string> problems;
        check_locked(shard.locked(), problems);
        if (problems.empty()) continue;
        const std::uint64_t entries = shard.locked().shard.entries.load(kRelaxed);
        rebuild_locked(shard.locked());
        done.push_back("rebuilt a shard: " + problems.front() + "; it had " + std::to_string(entries) +
                       " entries and has " + std::to_string(shard.locked().shard.entries.load(kRelaxed)));
    }
    repair_pages(done);
    return done;
}

void Engine::repair_pages(std::vector<std::string>& done) {
    std::uint64_t owners = 0;
    for (std::uint32_t page = 0; page < memory_.committed(); ++page) {
        if (has_possible_owner(memory_, page)) continue;
        arena_.give_back(page);
        ++owners;
    }
    if (owners != 0) done.push_back("pages freed whose owner does not exist: " + std::to_string(owners));
    std::uint64_t pages = 0;
    for (const auto& [owner, count] : pages_of_dead_stagers(memory_, self_))
        pages += arena_.free_staged(layout::who_of(owner), layout::generation_of(owner));
    std::uint64_t processes = 0;
    for (std::uint32_t slot = 0; slot < segment_->process_slots().size(); ++slot) {
        const layout::ProcessSlot& entry = segment_->process_slots()[slot];
        const std::uint32_t generation = entry.generation.load(std::memory_order_acquire);
        if (entry.pid.load(std::memory_order_acquire) == 0 || !self_.is_dead(slot, generation)) continue;
        pages += ipc::retire_dead_slot(*segment_, slot, generation);
        ++processes;
    }
    if (processes != 0) done.push_back("dead processes cleared up after: " + std::to_string(processes));
    if (pages != 0) done.push_back("pages freed that dead processes had staged: " + std::to_string(pages));
    arena_.rebuild_free_map();
}

}  // namespace dummycache::store
