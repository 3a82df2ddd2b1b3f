// SPDX-License-Identifier: MIT
// Holding a shard's lock, or all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ipc/os/fork_registry.hpp"
#include "ipc/process/owner_lock.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Holds one shard's lock. When it is taken: a shard whose owner died inside a write is rebuilt, and a
/// removed segment is refused. Before it is unlocked, the shard is marked clean; afterwards waiting
/// processes are woken. Constructors and static functions get a shard that is not locked yet.
class ShardGuard {
public:
    /// Waits for the lock until `deadline`. Waits on while a process that holds all locks (a load, a dump)
    /// makes progress. Then throws ipc::Fault::busy with the holder's pid. Throws ipc::Fault::removed.
    /// `what` names the call in messages. If the process of a rollback died, the rollback is finished
    /// first.
    ShardGuard(Attachment& attachment, std::uint32_t number, ipc::Deadline deadline, const char* what);

    /// Takes the lock if it is free. Nothing if it is held, even by a dead process, or if the segment was
    /// removed, or if a rollback has to be finished. Does not wait.
    static std::optional<ShardGuard> if_free(const LockedShard& shard);

    /// As if_free, but also takes the lock over from a dead process. If another process holds the lock,
    /// this costs some microseconds.
    static std::optional<ShardGuard> try_lock(const LockedShard& shard);

    /// As the constructor, but does not finish a rollback: the caller is taking all locks and does that
    /// itself.
    static ShardGuard among_all(const LockedShard& shard, ipc::Deadline deadline, const char* what);

    ~ShardGuard();
    ShardGuard(ShardGuard&& other) noexcept : locked_(other.locked_), held_(other.held_) {
        other.held_ = false;
    }
    ShardGuard(const ShardGuard&) = delete;
    ShardGuard& operator=(const ShardGuard&) = delete;
    ShardGuard& operator=(ShardGuard&&) = delete;

    [[nodiscard]] const LockedShard& locked() const noexcept { return locked_; }

    /// In a forked child: the lock is its parent's. The destructor then does nothing.
    void disown() noexcept { held_ = false; }

private:
    explicit ShardGuard(const LockedShard& shard) : locked_(shard) {}
    void acquire(ipc::Deadline deadline, const char* what);
    void enter();
    void leave() noexcept;
    static std::optional<ShardGuard> entered(ShardGuard guard);

    LockedShard locked_;
    bool held_ = false;
};

/// Takes the lock of one shard for a call that writes: the process is one of the cache's clients from then on. The lock is nearly always free, so the time is read only if it
/// is not. Throws as the constructor does.
[[nodiscard]] ShardGuard lock_shard(Attachment& attachment, std::uint32_t number, const char* what);

/// The same, for a key. Prefetches its buckets and their marks, which arrive while the lock is taken.
[[nodiscard]] ShardGuard lock_shard_of(Attachment& attachment, const KeyHash& hash, const char* what);

/// Holds the lock of all shards and then every shard's lock, taken in ascending order. No other process
/// writes meanwhile. Finishes a rollback whose process died. A child that is forked meanwhile (by a function of the
/// user that a load calls) leaves the locks to its parent.
class AllShardsGuard {
public:
    /// Waits for each lock as ShardGuard does, and throws the same.
    AllShardsGuard(Attachment& attachment, ipc::Deadline deadline, const char* what);
    AllShardsGuard(Attachment& attachment, const char* what)
        : AllShardsGuard(attachment, attachment.lock_deadline(), what) {}
    ~AllShardsGuard();
    AllShardsGuard(const AllShardsGuard&) = delete;
    AllShardsGuard& operator=(const AllShardsGuard&) = delete;

    /// All shards, in the order of their numbers.
    [[nodiscard]] std::span<const LockedShard> shards() const noexcept { return shards_; }

private:
    ipc::Creator creator_;
    layout::LockWord& all_shards_;
    ipc::Membership& self_;
    std::vector<ShardGuard> guards_;
    std::vector<LockedShard> shards_;
};

/// Throws ipc::Fault::busy: a live process kept the lock for too long. Names its pid.
[[noreturn]] void throw_busy(const layout::LockWord& word, const ipc::Membership& self, const char* what,
                             const std::string& lock_name);

/// How messages call the cache: cache 'NAME', or the private cache.
[[nodiscard]] std::string described(const ipc::Segment& segment);
/// What to do when the system has no memory left for a segment: for an error message.
[[nodiscard]] const char* advice_without_memory(const ipc::Segment& segment) noexcept;

/// Throws ipc::Fault::removed if the segment was removed.
void check_not_removed(const Memory& memory, const ipc::Membership& self, const char* what);
inline void check_not_removed(const Attachment& attachment, const char* what) {
    check_not_removed(attachment.memory, attachment.self, what);
}

}  // namespace dummycache::store
