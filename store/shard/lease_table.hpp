// SPDX-License-Identifier: MIT
// Who fills which absent key: a record for each lease, beside its shard.
//
// A record is taken under the shard's lock, and given back by one CAS from the very word that was stored
// when it was taken. It is read without a lock: by those who wait, to see whether there is still a reason
// to. What they see may be mixed of two leases; then they look again, under the lock or after their slice.
//
// Nothing else depends on a record, so no death needs a repair: the record of a dead process is free.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// A lease as its holder knows it. `record` is null if there was none to be had.
struct LeaseGrant {
    layout::LeaseRecord* record = nullptr;
    std::uint64_t word = 0;

    /// True of a grant without a record as well: nobody can take it.
    [[nodiscard]] bool held() const noexcept {
        return record == nullptr || record->word.load(std::memory_order_acquire) == word;
    }
};

/// Longest time between two looks at whether the holder of a lease lives.
inline constexpr std::chrono::milliseconds kOwnerSlice{50};

/// How long somebody who wants to fill the key has to wait at most before he looks again: until the time of
/// another one's lease is over. Empty if there is no lease on it. Whether its holder lives is asked
/// (some system calls) if `ask` says so.
[[nodiscard]] std::optional<std::chrono::milliseconds> leased_for(const Attachment& attachment,
                                                                  std::uint32_t shard, std::uint64_t key_hash,
                                                                  bool ask);

/// A lease on a key that has none.
[[nodiscard]] LeaseGrant take_lease_locked(Attachment& attachment, std::uint32_t shard,
                                           std::uint64_t key_hash, std::chrono::milliseconds time);

/// Ends it, if it was not lost. The caller wakes who waits.
void end_lease(const LeaseGrant& grant) noexcept;

}  // namespace dummycache::store
