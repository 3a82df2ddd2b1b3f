// SPDX-License-Identifier: MIT
#include "store/reclaim/survivors.hpp"

#include "store/history/journal.hpp"
#include "store/layout/truth.hpp"
#include "store/log/log.hpp"

namespace dummycache::store {

bool keep_locked(const LockedShard& shard, const EntryRef& entry, const SlotRef& slot) {
    const std::uint64_t bytes = entry.bytes();
    if (!has_room_locked(shard, layout::kSurvivor, bytes)) {
        const std::uint32_t reserve = shard.checked_link(shard.shard.reserve.load(kRelaxed));
        if (reserve == 0) return false;
        shard.shard.reserve.store(0, kRelaxed);
        close_page_locked(shard, layout::kSurvivor);
        open_page_locked(shard, layout::kSurvivor, reserve - 1);
    }
    move(slot.bucket(), slot.slot, append_copy_locked(shard, entry, bytes));
    mark_dead(entry.header(), entry.deadline_word());
    decrease(shard.memory.info(entry.page()).live, bytes);
    increase(shard.shard.moved_bytes, bytes);
    return true;
}

void drop_locked(const LockedShard& shard, const RemovalMoment& moment, const EntryRef& entry,
                 const SlotRef& slot, std::uint64_t key_hash, std::atomic<std::uint64_t>& counter) {
    if (!entry.fits(shard.memory.committed())) [[unlikely]] {
        shard.mark_damaged();
        unpublish(slot.bucket(), slot.slot);
        return;
    }
    const bool counted = entry.era() >= shard.clear_era();
    const auto removal =
        &counter == &shard.shard.evicted ? layout::Removal::evicted : layout::Removal::expired;
    note_removed_locked(shard, moment,
                        removed_key(key_hash, entry, counted ? removal : layout::Removal::cleared));
    if (is_noting(shard.memory)) [[unlikely]]
        note_event_locked(
            shard, key_hash, entry,
            removal == layout::Removal::evicted ? layout::Outcome::evicted : layout::Outcome::expired);
    unpublish(slot.bucket(), slot.slot);
    drop_entry_locked(shard, entry, false);
    if (!counted) return;
    decrease(shard.shard.entries, 1);
    increase(counter, 1);
}

}  // namespace dummycache::store
