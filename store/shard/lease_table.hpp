// SPDX-License-Identifier: MIT
// Leases: which process fills which absent key. Each lease is a record in a table beside its shard.
//
// A record is taken under the shard's lock. It is given back by one CAS, which expects the very word that
// was stored when it was taken. Waiting processes read records without a lock, to find out whether they
// still have to wait. They may see a mixture of two leases. That is harmless: they look again, under the
// lock or when their slice of time is over.
//
// Nothing else depends on a record. So no death needs a repair: the record of a dead process is free.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// A lease as its holder knows it. `record` is null if all records were in use.
struct LeaseGrant {
    layout::LeaseRecord* record = nullptr;
    std::uint64_t word = 0;

    /// Whether the lease was not lost. Also true of a grant without a record: no process can take it.
    [[nodiscard]] bool held() const noexcept {
        return record == nullptr || record->word.load(std::memory_order_acquire) == word;
    }
};

/// The longest time between two checks whether the holder of a lease is alive.
inline constexpr std::chrono::milliseconds kOwnerSlice{50};

/// How long a process that wants to fill the key waits at most before it looks again: the time that is left
/// of the lease that another caller has. Empty if no live lease is on the key. Takes no lock. `ask`: find
/// out, too, whether the holder is alive; this costs some system calls.
[[nodiscard]] std::optional<std::chrono::milliseconds> leased_for(const Attachment& attachment,
                                                                  std::uint32_t shard, std::uint64_t key_hash,
                                                                  bool ask);

/// Takes a lease on a key that has none. The grant has no record if all are in use. If the process dies
/// inside, the record is free, or belongs to a dead process and is taken again.
[[nodiscard]] LeaseGrant take_lease_locked(Attachment& attachment, std::uint32_t shard,
                                           std::uint64_t key_hash, std::chrono::milliseconds time);

/// Ends the lease, if it was not lost. Takes no lock. The caller wakes the waiting processes.
void end_lease(const LeaseGrant& grant) noexcept;

}  // namespace dummycache::store
