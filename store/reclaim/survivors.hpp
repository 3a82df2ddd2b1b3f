// SPDX-License-Identifier: MIT
// What becomes of an entry whose page is reclaimed: it moves to the survivor page, or goes.
#pragma once

#include <atomic>
#include <cstdint>

#include "store/index/slot_ref.hpp"
#include "store/layout/entry_ref.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// Moves an entry to the survivor page. False if there is no page for it.
bool keep_locked(const LockedShard& shard, const EntryRef& entry, const SlotRef& slot);

/// Takes an entry away from its slot and counts it in `counter`, unless clear has counted it already.
void drop_locked(const LockedShard& shard, const EntryRef& entry, const SlotRef& slot,
                 std::atomic<std::uint64_t>& counter);

}  // namespace dummycache::store
