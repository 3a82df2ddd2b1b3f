// SPDX-License-Identifier: MIT
#include "store/shard_guard.hpp"

#include "ipc/error.hpp"
#include "ipc/kill_point.hpp"
#include "store/copy_bytes.hpp"
#include "store/recovery.hpp"
#include "store/watch.hpp"

namespace dummycache::store {

namespace {

bool is_ready(const Memory& memory) noexcept {
    return memory.superblock->state.load(std::memory_order_acquire) ==
           static_cast<std::uint64_t>(layout::SegmentState::ready);
}

}  // namespace

std::string described(const ipc::Segment& segment) {
    return segment.name().kind == ipc::Kind::in_memory ? "the private cache"
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
    const ipc::Acquired acquired = ipc::lock(locked_.shard.lock, self, deadline);
    if (acquired == ipc::Acquired::no)
        throw_busy(locked_.shard.lock, self, what, "shard " + std::to_string(number));
    enter();
    check_not_removed(memory, self, what);
}

std::optional<ShardGuard> ShardGuard::entered(ShardGuard guard) {
    guard.enter();
    if (!is_ready(guard.locked_.memory)) return std::nullopt;
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
    fence_release();  // REUSE: what this owner writes into pages comes after the raises of the last one
    DUMMYCACHE_KILL_POINT("shard dirty");
    held_ = true;
}

ShardGuard::~ShardGuard() {
    if (!held_) return;
    DUMMYCACHE_KILL_POINT("before a shard is clean");
    if (locked_.shard.dirty.load(std::memory_order_relaxed) != layout::kSuspect) [[likely]]
        locked_.shard.dirty.store(0, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("shard clean");
    ipc::unlock(locked_.shard.lock, locked_.self);
    DUMMYCACHE_KILL_POINT("shard unlocked");
    changed(locked_.shard);
}

WorldGuard::WorldGuard(const Memory& memory, ipc::PageArena& arena, ipc::Membership& self,
                       ipc::Deadline deadline, const char* what)
    : world_(memory.superblock->world_lock), self_(self) {
    if (ipc::lock(world_, self, deadline) == ipc::Acquired::no)
        throw_busy(world_, self, what, "the world lock");
    DUMMYCACHE_KILL_POINT("world locked");
    try {
        shards_.reserve(memory.shard_count);
        for (std::uint32_t i = 0; i < memory.shard_count; ++i)
            shards_.emplace_back(memory, arena, self, i, deadline, what);
    } catch (...) {
        shards_.clear();
        ipc::unlock(world_, self_);
        throw;
    }
}

WorldGuard::~WorldGuard() {
    shards_.clear();
    ipc::unlock(world_, self_);
}

}  // namespace dummycache::store
