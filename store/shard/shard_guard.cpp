// SPDX-License-Identifier: MIT
#include "store/shard/shard_guard.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "ipc/error.hpp"
#include "ipc/kill_point.hpp"
#include "store/checkpoint/rollback.hpp"
#include "store/checkpoint/undo.hpp"
#include "store/index/index.hpp"
#include "store/recovery/rebuild.hpp"
#include "store/shard/watch.hpp"
#include "store/shard/write_section.hpp"

namespace dummycache::store {

namespace {

/// Whether a rollback has to be finished before anything else is done. The answer cannot change while a
/// lock is held.
bool is_rolling_back(const Memory& memory) noexcept {
    return memory.superblock->rollback_target.load(std::memory_order_acquire) != 0;
}

/// Waits for a lock. Waits beyond the deadline while `progress` rises: a process that holds all locks for
/// long (a load, a dump) raises it as it works.
template <class Name>
void lock_patiently(const Memory& memory, layout::LockWord& word, ipc::Membership& self,
                    ipc::Deadline deadline, const char* what, Name&& name) {
    const auto& progress = memory.superblock->progress;
    const auto patience = std::max<ipc::Deadline::duration>(deadline - ipc::steady_now(), {});
    for (;;) {
        const std::uint64_t seen = progress.load(std::memory_order_relaxed);
        if (ipc::lock(word, self, deadline) != ipc::Acquired::no) return;
        if (progress.load(std::memory_order_relaxed) == seen) throw_busy(word, self, what, name());
        deadline = ipc::steady_now() + patience;
    }
}

/// Drops the checkpoint of a bulk write that was killed after its commit. The caller holds all locks, so no
/// bulk write runs now.
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
                                                            : fmt::format("cache '{}'", segment.name().text);
}

const char* advice_without_memory(const ipc::Segment& segment) noexcept {
    switch (segment.name().kind) {
        case ipc::Kind::shared:
            return "free some (is /dev/shm full?): remove caches that nobody needs, create this one with a "
                   "smaller capacity, or clear it and let all processes leave (info lists them)";
        case ipc::Kind::file: return "free some space on the disk of its file";
        case ipc::Kind::private_memory: break;
    }
    return "free some memory of the machine";
}

namespace {

/// Who holds a lock, and what helps. A process that only has much to do is not to be ended.
std::string told_of(const ipc::Holder& holder, const ipc::Membership& self) {
    if (holder.pid == 0) return "another process; try again";
    const auto& slot = self.segment().process_slots()[holder.slot];
    if (ipc::activity_of(slot) != "stopped")
        return fmt::format("process {}, which is busy; try again", holder.pid);
    return fmt::format("process {0}, which is stopped; let it go on (kill -CONT {0}) or end it", holder.pid);
}

}  // namespace

void throw_busy(const layout::LockWord& word, const ipc::Membership& self, const char* what,
                const std::string& lock_name) {
    throw ipc::Error(ipc::Fault::busy,
                     fmt::format("{}: {} of {} is held by {}", what, lock_name, described(self.segment()),
                                 told_of(ipc::holder_of(word, self), self)));
}

void check_not_removed(const Memory& memory, const ipc::Membership& self, const char* what) {
    if (is_ready(memory)) return;
    throw ipc::Error(ipc::Fault::removed, fmt::format("{}: {} was removed; open it again for a new one", what,
                                                      described(self.segment())));
}

ShardGuard::ShardGuard(Attachment& attachment, std::uint32_t number, ipc::Deadline deadline, const char* what)
    : ShardGuard(LockedShard::of(attachment, number)) {
    for (;;) {
        acquire(deadline, what);
        if (!is_rolling_back(attachment.memory)) return;
        leave();
        const AllShardsGuard finished(attachment, deadline, what);
    }
}

ShardGuard ShardGuard::among_all(const LockedShard& shard, ipc::Deadline deadline, const char* what) {
    ShardGuard guard(shard);
    guard.acquire(deadline, what);
    return guard;
}

void ShardGuard::acquire(ipc::Deadline deadline, const char* what) {
    lock_patiently(locked_.memory, locked_.shard.lock, locked_.self, deadline, what,
                   [this] { return fmt::format("shard {}", locked_.number); });
    enter();
    check_not_removed(locked_.memory, locked_.self, what);
}

std::optional<ShardGuard> ShardGuard::entered(ShardGuard guard) {
    guard.enter();
    if (!is_ready(guard.locked_.memory) || is_rolling_back(guard.locked_.memory)) return std::nullopt;
    return guard;
}

std::optional<ShardGuard> ShardGuard::if_free(const LockedShard& shard) {
    if (!ipc::lock_if_free(shard.shard.lock, shard.self)) return std::nullopt;
    return entered(ShardGuard(shard));
}

std::optional<ShardGuard> ShardGuard::try_lock(const LockedShard& shard) {
    if (ipc::try_lock(shard.shard.lock, shard.self) == ipc::Acquired::no) return std::nullopt;
    return entered(ShardGuard(shard));
}

ShardGuard lock_shard(Attachment& attachment, std::uint32_t number, const char* what) {
    attachment.self.become_client();
    if (auto guard = ShardGuard::if_free(LockedShard::of(attachment, number))) return *std::move(guard);
    return {attachment, number, attachment.lock_deadline(), what};
}

ShardGuard lock_shard_of(Attachment& attachment, const KeyHash& hash, const char* what) {
    prefetch_buckets_and_marks(attachment.memory, hash);
    return lock_shard(attachment, hash.shard, what);
}

void ShardGuard::enter() {
    DUMMYCACHE_KILL_POINT("shard locked");
    // Only an owner that died inside a write, or that found damage, leaves `dirty` set. An owner that died
    // between two writes leaves nothing to repair.
    if (locked_.shard.dirty.load(std::memory_order_relaxed) != 0) {
        try {
            rebuild_locked(locked_);
        } catch (...) {
            ipc::unlock(locked_.shard.lock, locked_.self);  // still dirty: the next owner rebuilds
            throw;
        }
    }
    begin_write(locked_);
    held_ = true;
    forget_stale_undo_locked(locked_);
}

ShardGuard::~ShardGuard() { leave(); }

void ShardGuard::leave() noexcept {
    if (!std::exchange(held_, false)) return;
    end_write(locked_);
    ipc::unlock(locked_.shard.lock, locked_.self);
    DUMMYCACHE_KILL_POINT("shard unlocked");
    wake_waiters(locked_.shard);
}

AllShardsGuard::AllShardsGuard(Attachment& attachment, ipc::Deadline deadline, const char* what)
    : all_shards_(attachment.memory.superblock->all_shards_lock), self_(attachment.self) {
    const Memory& memory = attachment.memory;
    lock_patiently(memory, all_shards_, self_, deadline, what,
                   [] { return std::string("the lock of all shards"); });
    DUMMYCACHE_KILL_POINT("all shards locked");
    try {
        guards_.reserve(memory.shard_count);
        shards_.reserve(memory.shard_count);
        for (std::uint32_t i = 0; i < memory.shard_count; ++i) {
            guards_.push_back(ShardGuard::among_all(LockedShard::of(attachment, i), deadline, what));
            shards_.push_back(guards_.back().locked());
        }
        if (is_rolling_back(memory)) finish_rollback_locked(shards_);
        if (pop_abandoned(memory)) {
            for (const LockedShard& shard : shards_) forget_stale_undo_locked(shard);
        }
    } catch (...) {
        guards_.clear();
        ipc::unlock(all_shards_, self_);
        throw;
    }
}

AllShardsGuard::~AllShardsGuard() {
    if (!creator_.is_this_process()) {
        for (ShardGuard& guard : guards_) guard.disown();
        return;
    }
    guards_.clear();
    ipc::unlock(all_shards_, self_);
}

}  // namespace dummycache::store
