// SPDX-License-Identifier: MIT
// Which checkpoints are held, and what they need.
//
//   era    ... c0 ........ E1 ............ E2 ............ now
//              | cleared   | checkpoint 0  | checkpoint 1
//
// Every write is stamped with the era; taking a checkpoint begins a new one. So an entry belongs to a checkpoint
// if it was written before it and not cleared by then: clear_era <= era < checkpoint's era. Nothing of it has to be
// noted when the checkpoint is taken. Only the first change of a key after it leaves a record (undo.hpp).
//
// The records of held checkpoints change under all locks (AllShardsGuard) only, so whoever holds a shard's lock may
// read them. `lost_era` alone may rise meanwhile, and then what is read here is careful for nothing.
#pragma once

#include <algorithm>
#include <cstdint>

#include "store/layout/memory.hpp"

namespace dummycache::store {

[[nodiscard]] inline layout::CheckpointRecord& checkpoint_record(const Memory& memory,
                                                                 std::size_t index) noexcept {
    return reinterpret_cast<layout::CheckpointRecord*>(memory.superblock->checkpoints)[index];
}

/// How many are on the stack, lost and released ones included.
[[nodiscard]] inline std::size_t checkpoint_depth(const Memory& memory) noexcept {
    const std::uint64_t depth = memory.superblock->depth.load(std::memory_order_relaxed);
    return static_cast<std::size_t>(std::min<std::uint64_t>(depth, layout::kMaxCheckpoints));
}

/// Whether the changes since a checkpoint are known no more.
[[nodiscard]] inline bool is_lost(const Memory& memory, const layout::CheckpointRecord& record) noexcept {
    return record.era.load(std::memory_order_relaxed) <
           memory.superblock->lost_era.load(std::memory_order_relaxed);
}

/// The era of the newest checkpoint whose changes are noted; 0 if there is none. The newest one is never a
/// released one. If it is lost, all are.
[[nodiscard]] inline std::uint64_t noting_era(const Memory& memory) noexcept {
    const std::size_t depth = checkpoint_depth(memory);
    if (depth == 0) [[likely]]
        return 0;
    const layout::CheckpointRecord& newest = checkpoint_record(memory, depth - 1);
    return is_lost(memory, newest) ? 0 : newest.era.load(std::memory_order_relaxed);
}

/// Whether a bulk write is under way: its own checkpoint goes before anything that it has written does.
[[nodiscard]] inline bool is_bulk_write(const Memory& memory) noexcept {
    const std::size_t depth = checkpoint_depth(memory);
    return depth != 0 && checkpoint_record(memory, depth - 1).is_bulk.load(std::memory_order_relaxed) != 0;
}

/// Whether new keys need no records: the only checkpoint is one that a rollback finds them without.
[[nodiscard]] inline bool is_bulk_only(const Memory& memory) noexcept {
    return checkpoint_depth(memory) == 1 && is_bulk_write(memory);
}

/// Whether a held checkpoint has entries of this era.
[[nodiscard]] inline bool is_needed(const Memory& memory, std::uint64_t era) noexcept {
    for (std::size_t k = checkpoint_depth(memory); k != 0; --k) {
        const layout::CheckpointRecord& record = checkpoint_record(memory, k - 1);
        if (is_lost(memory, record)) return false;
        if (record.released.load(std::memory_order_relaxed) != 0) continue;
        if (era < record.era.load(std::memory_order_relaxed) &&
            era >= record.clear_era.load(std::memory_order_relaxed))
            return true;
    }
    return false;
}

}  // namespace dummycache::store
