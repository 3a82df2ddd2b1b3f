// SPDX-License-Identifier: MIT
// Holding a shard's lock, or all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ipc/process/owner_lock.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Holds one shard's lock. On the way in a shard whose owner died inside a write is rebuilt and a
/// removed segment is refused; on the way out the shard is marked clean before it is unlocked. The shard that a
/// constructor takes is not locked yet.
class ShardGuard {
public:
    /// Waits until `deadline`, and as long as a process that holds all locks gets on; then throws
    /// ipc::Fault::busy with the holder's pid. `what` names the call for the message. Throws
    /// ipc::Fault::removed. A rollback whose process died is finished first.
    ShardGuard(Attachment& attachment, std::uint32_t number, ipc::Deadline deadline, const char* what);

    /// The lock if it is free, the segment was not removed and no rollback is to be finished; looks at nothing else.
    static std::optional<ShardGuard> if_free(const LockedShard& shard);

    /// Does not wait either, but takes over from the dead: some microseconds if somebody has it.
    static std::optional<ShardGuard> try_lock(const LockedShard& shard);

    /// As the constructor, but leaves a rollback to the caller, who is about to hold all locks.
    static ShardGuard among_all(const LockedShard& shard, ipc::Deadline deadline, const char* what);

    ~ShardGuard();
    ShardGuard(ShardGuard&& other) noexcept : locked_(other.locked_), held_(other.held_) {
        other.held_ = false;
    }
    ShardGuard(const ShardGuard&) = delete;
    ShardGuard& operator=(const ShardGuard&) = delete;
    ShardGuard& operator=(ShardGuard&&) = delete;

    [[nodiscard]] const LockedShard& locked() const noexcept { return locked_; }

private:
    explicit ShardGuard(const LockedShard& shard) : locked_(shard) {}
    void acquire(ipc::Deadline deadline, const char* what);
    void enter();
    void leave() noexcept;
    static std::optional<ShardGuard> entered(ShardGuard guard);

    LockedShard locked_;
    bool held_ = false;
};

/// The lock of one shard for a call: nearly always free, so the time is asked for only if it is not.
[[nodiscard]] ShardGuard lock_shard(Attachment& attachment, std::uint32_t number, const char* what);

/// The same for a key whose buckets, and marks, will be looked at: they come from memory while the lock is taken.
[[nodiscard]] ShardGuard lock_shard_of(Attachment& attachment, const KeyHash& hash, const char* what);

/// Holds the lock of all shards, then every shard's, in ascending order: nobody writes. Finishes a rollback whose
/// process died.
class AllShardsGuard {
public:
    /// Waits as ShardGuard does, for each lock.
    AllShardsGuard(Attachment& attachment, ipc::Deadline deadline, const char* what);
    AllShardsGuard(Attachment& attachment, const char* what)
        : AllShardsGuard(attachment, attachment.lock_deadline(), what) {}
    ~AllShardsGuard();
    AllShardsGuard(const AllShardsGuard&) = delete;
    AllShardsGuard& operator=(const AllShardsGuard&) = delete;

    /// All of them, in the order of their numbers.
    [[nodiscard]] std::span<const LockedShard> shards() const noexcept { return shards_; }

private:
    layout::LockWord& all_shards_;
    ipc::Membership& self_;
    std::vector<ShardGuard> guards_;
    std::vector<LockedShard> shards_;
};

/// The error of a lock that a live process kept for too long.
[[noreturn]] void throw_busy(const layout::LockWord& word, const ipc::Membership& self, const char* what,
                             const std::string& lock_name);

/// How messages call the cache: cache 'NAME', or the private cache.
[[nodiscard]] std::string described(const ipc::Segment& segment);

/// Throws ipc::Fault::removed if the segment was removed.
void check_not_removed(const Memory& memory, const ipc::Membership& self, const char* what);
inline void check_not_removed(const Attachment& attachment, const char* what) {
    check_not_removed(attachment.memory, attachment.self, what);
}

}  // namespace dummycache::store
