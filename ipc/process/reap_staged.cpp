// SPDX-License-Identifier: MIT
// Looks for dead processes among those that stage.
#include "ipc/process/reap_staged.hpp"

#include "ipc/process/slot_janitor.hpp"

namespace dummycache::ipc {

std::uint32_t reap_staged(PageArena& arena, const Membership& self) {
    Segment& segment = self.segment();
    if (segment.superblock().stagers.load(std::memory_order_acquire) == 0) return 0;
    std::uint32_t freed = 0;
    for (std::uint32_t slot = 0; slot < segment.process_slots().size(); ++slot) {
        const layout::ProcessSlot& entry = segment.process_slots()[slot];
        // Generation first: it must not be one that a new member took after the dead one staged. A joining
        // process with a generation and no pid yet would look dead.
        const std::uint32_t generation = entry.generation.load(std::memory_order_acquire);
        if (entry.staging.load(std::memory_order_acquire) == 0) continue;
        if (!self.is_dead(slot, generation)) continue;
        freed += arena.free_staged(slot, generation);
        freed += retire_dead_slot(segment, slot, generation);
    }
    return freed;
}

}  // namespace dummycache::ipc
