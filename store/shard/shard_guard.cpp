// SPDX-License-Identifier: MIT
#include "store/shard/shard_guard.hpp"

#include <algorithm>
#include <utility>

#include "ipc/error.hpp"
#include "ipc/kill_point.hpp"
#include "store/checkpoint/rollback.hpp"
#include "store/checkpoint/undo.hpp"
#include "store/layout/copy_bytes.hpp"
#include "store/recovery/rebuild.hpp"
#include "store/shard/watch.hpp"

namespace dummycache::store {

namespace {

/// Whether a rollback is to be finished before anything else is done. Does not change while a lock is held.
bool is_rolling_back(const Memory& memory) noexcept {
    return memory.superblock->rollback_target.load(std::memory_order_acquire) != 0;
}

/// Waits beyond the deadline while a process that holds all locks for long (a load, a dump) says that it gets on.
template <class Name>
void lock_patiently(const Memory& memory, layout::LockWord& word, ipc::Membership& self,
                    ipc::Deadline deadline, const char* what, Name&& name) {
    const auto& progress = memory.superblock->progress;
    const auto patience = std::max<ipc::Deadline::duration>(deadline - std::chrono::steady_clock::now(), {});
    for (;;) {
        const std::uint64_t seen = progress.load(std::memory_order_relaxed);
        if (ipc::lock(word, self, deadline) != ipc::Acquired::no) return;
        if (progress.load(std::memory_order_relaxed) == seen) throw_busy(word, self, what, name());
        deadline = std::chrono::steady_clock::now() + patience;
    }
}

/// A bulk write that was killed after its commit leaves its checkpoint. Nobody can be inside one now.
bool pop_abandoned(const Memory& memory) noexcept {
    if (!is_bulk_write(memory)) return false;
    memory.superblock->depth.store(checkpoint_depth(memory) - 1, std::memory_order_release);
    return true;
}

bool is_ready(const Memory& memory) noexcept {
    return memory.superblock->state.load(std::memory_order_acquire) ==
           static_cast<std::uint64_t>(layout::SegmentState::ready);
}

}  // namespace

std::string described(const ipc::Segment& segment) {
    return segment.name().kind == ipc::Kind::private_memory ? "the private cache"
                                                            : "cache '" + segment.name().text + "'";
}

void throw_busy(const layout::LockWord& word, const ipc::Membership& self, const char* what,
                const std::string& lock_name) {
    const std::uint32_t pid = ipc::holder_of(word, self).pid;
    throw ipc::Error(ipc::Fault::busy, std::string(what) + ": " + lock_name + " of " +
                                           described(self.segment()) + " is held by process " +
                                           std::to_string(pid) +
                                           ", which is alive but does not get on; let it go on or end it");
}

void check_not_removed(const Memory& memory, const ipc::Membership& self, const char* what) {
    if (is_ready(memory)) return;
    throw ipc::Error(ipc::Fault::removed, std::string(what) + ": " + described(self.segment()) +
                                              " was removed; open it again for a new one");
}

ShardGuard::ShardGuard(Unlocked, const Memory& memory, ipc::PageArena& arena, ipc::Membership& self,
                       std::uint32_t number)
    : locked_{memory, arena, self, memory.shards[number], number} {}

ShardGuard::ShardGuard(const Memory& memory, ipc::PageArena& arena, ipc::Membership& self,
                       std::uint32_t number, ipc::Deadline deadline, const char* what)
    : ShardGuard(Unlocked{}, memory, arena, self, number) {
    for (;;) {
        acquire(deadline, what);
        if (!is_rolling_back(memory)) return;
        leave();
        const AllShardsGuard finished(memory, arena, self, deadline, what);
    }
}

void ShardGuard::acquire(ipc::Deadline deadline, const char* what) {
    lock_patiently(locked_.memory, locked_.shard.lock, locked_.self, deadline, what,
                   [this] { return "shard " + std::to_string(locked_.number); });
    enter();
    check_not_removed(locked_.memory, locked_.self, what);
}

std::optional<ShardGuard> ShardGuard::entered(ShardGuard guard) {
    guard.enter();
    if (!is_ready(guard.locked_.memory) || is_rolling_back(guard.locked_.memory)) return std::nullopt;
    return guard;
}

std::optional<ShardGuard> ShardGuard::if_free(const Memory& memory, ipc::PageArena& arena,
                                              ipc::Membership& self, std::uint32_t number) {
    if (!ipc::lock_if_free(memory.shards[number].lock, self)) return std::nullopt;
    return entered(ShardGuard(Unlocked{}, memory, arena, self, number));
}

std::optional<ShardGuard> ShardGuard::try_lock(const Memory& memory, ipc::PageArena& arena,
                                               ipc::Membership& self, std::uint32_t number) {
    if (ipc::try_lock(memory.shards[number].lock, self) == ipc::Acquired::no) return std::nullopt;
    return entered(ShardGuard(Unlocked{}, memory, arena, self, number));
}

void ShardGuard::enter() {
    DUMMYCACHE_KILL_POINT("shard locked");
    // Only an owner that died inside a write, or found damage, leaves `dirty` behind; one that died
    // between two writes left nothing to repair.
    if (locked_.shard.dirty.load(std::memory_order_relaxed) != 0) {
        try {
            rebuild_locked(locked_);
        } catch (...) {
            ipc::unlock(locked_.shard.lock, locked_.self);  // still dirty: the next owner rebuilds
            throw;
        }
    }
    locked_.shard.dirty.store(layout::kInWrite, std::memory_order_relaxed);
    fence_release();  // REUSE: what this owner writes into pages comes after the bumps of the last one
    DUMMYCACHE_KILL_POINT("shard dirty");
    held_ = true;
    forget_stale_undo_locked(locked_);
}

ShardGuard::~ShardGuard() { leave(); }

void ShardGuard::leave() noexcept {
    if (!std::exchange(held_, false)) return;
    DUMMYCACHE_KILL_POINT("before a shard is clean");
    if (locked_.shard.dirty.load(std::memory_order_relaxed) != layout::kDamaged) [[likely]]
        locked_.shard.dirty.store(0, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("shard clean");
    ipc::unlock(locked_.shard.lock, locked_.self);
    DUMMYCACHE_KILL_POINT("shard unlocked");
    wake_waiters(locked_.shard);
}

AllShardsGuard::AllShardsGuard(const Memory& memory, ipc::PageArena& arena, ipc::Membership& self,
                               ipc::Deadline deadline, const char* what)
    : all_shards_(memory.superblock->all_shards_lock), self_(self) {
    lock_patiently(memory, all_shards_, self, deadline, what,
                   [] { return std::string("the lock of all shards"); });
    DUMMYCACHE_KILL_POINT("all shards locked");
    try {
        shards_.reserve(memory.shard_count);
        for (std::uint32_t i = 0; i < memory.shard_count; ++i) {
            shards_.push_back(ShardGuard(ShardGuard::Unlocked{}, memory, arena, self, i));
            shards_.back().acquire(deadline, what);
        }
        if (is_rolling_back(memory)) finish_rollback_locked(shards_);
        if (pop_abandoned(memory)) {
            for (const ShardGuard& shard : shards_) forget_stale_undo_locked(shard.locked());
        }
    } catch (...) {
        shards_.clear();
        ipc::unlock(all_shards_, self_);
        throw;
    }
}

AllShardsGuard::~AllShardsGuard() {
    shards_.clear();
    ipc::unlock(all_shards_, self_);
}

}  // namespace dummycache::store
