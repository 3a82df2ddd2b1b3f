// SPDX-License-Identifier: MIT
// Which checkpoints are held, and which entries they need.
//
//   era    ... c0 ........ E1 ............ E2 ............ now
//              | cleared   | checkpoint 0  | checkpoint 1
//
// Every entry carries the era of its write. Taking a checkpoint begins a new era. So an entry belongs to a
// checkpoint if it was written before the checkpoint and not cleared by then: clear_era <= era <
// checkpoint's era. Taking a checkpoint notes nothing for single entries. Only the first change of a key
// after it leaves an undo record (checkpoint/undo.hpp).
//
// The records of held checkpoints change only under all locks (AllShardsGuard). So the holder of any
// shard's lock may read them. Only `lost_era` may rise meanwhile. Then the functions below may still answer
// that an entry is needed, although its checkpoint is lost. That keeps too much, and does no harm.
#pragma once

#include <algorithm>
#include <cstdint>

#include "store/layout/memory.hpp"

namespace dummycache::store {

[[nodiscard]] inline layout::CheckpointRecord& checkpoint_record(const Memory& memory,
                                                                 std::size_t index) noexcept {
    return reinterpret_cast<layout::CheckpointRecord*>(memory.superblock->checkpoints)[index];
}

/// How many checkpoints are on the stack, with the lost and the released ones.
[[nodiscard]] inline std::size_t checkpoint_depth(const Memory& memory) noexcept {
    const std::uint64_t depth = memory.superblock->depth.load(std::memory_order_relaxed);
    return static_cast<std::size_t>(std::min<std::uint64_t>(depth, layout::kMaxCheckpoints));
}

/// Whether a checkpoint is lost: the changes since then are not all known, so there is no way back to it.
[[nodiscard]] inline bool is_lost(const Memory& memory, const layout::CheckpointRecord& record) noexcept {
    return record.era.load(std::memory_order_relaxed) <
           memory.superblock->lost_era.load(std::memory_order_relaxed);
}

/// The era of the newest checkpoint, for which changes have to be noted; 0 if there is none or if it is
/// lost. The newest checkpoint is never a released one. If it is lost, all are lost.
[[nodiscard]] inline std::uint64_t noting_era(const Memory& memory) noexcept {
    const std::size_t depth = checkpoint_depth(memory);
    if (depth == 0) [[likely]]
        return 0;
    const layout::CheckpointRecord& newest = checkpoint_record(memory, depth - 1);
    return is_lost(memory, newest) ? 0 : newest.era.load(std::memory_order_relaxed);
}

/// Whether a bulk write (a load) is running. If there is no room, its checkpoint is lost before any of its
/// entries is evicted.
[[nodiscard]] inline bool is_bulk_write(const Memory& memory) noexcept {
    const std::size_t depth = checkpoint_depth(memory);
    return depth != 0 && checkpoint_record(memory, depth - 1).is_bulk.load(std::memory_order_relaxed) != 0;
}

/// Whether new keys need no undo records: the only checkpoint is that of a bulk write, and its rollback
/// finds new keys by looking at every slot.
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
