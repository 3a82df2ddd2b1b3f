// SPDX-License-Identifier: MIT
// What happens to an entry whose page is reclaimed: it moves to the survivor page, or it is dropped.
#pragma once

#include <atomic>
#include <cstdint>

#include "store/history/removals.hpp"
#include "store/index/slot_ref.hpp"
#include "store/layout/entry_ref.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Moves an entry to the survivor page. If that is full, the reserve page becomes the survivor page. False
/// if there is no reserve. If the process dies inside, the entry is whole at both places, and the slot
/// leads to one of them.
bool keep_locked(const LockedShard& shard, const EntryRef& entry, const SlotRef& slot);

/// Empties the entry's slot and drops the entry. Adds 1 to `counter`, unless a clear has subtracted the
/// entry already. `moment`: now.
void drop_locked(const LockedShard& shard, const RemovalMoment& moment, const EntryRef& entry,
                 const SlotRef& slot, std::uint64_t key_hash, std::atomic<std::uint64_t>& counter);

}  // namespace dummycache::store
