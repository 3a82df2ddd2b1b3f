// SPDX-License-Identifier: MIT
#include "store/reclaim/evict.hpp"

#include "store/checkpoint/undo.hpp"
#include "store/index/ghosts.hpp"
#include "store/index/page_walk.hpp"
#include "store/log/age_list.hpp"
#include "store/log/log.hpp"
#include "store/reclaim/survivors.hpp"

namespace dummycache::store {

namespace {

/// Moves an entry that a checkpoint needs to the survivor page, and returns true. If there is no room for
/// it, the checkpoints are lost, and no checkpoint needs it any more: then it returns false, as for any
/// other entry.
bool keep_needed(const LockedShard& shard, const EntryRef& entry, const SlotRef& slot) {
    if (!is_needed(shard.memory, entry.era())) return false;
    if (keep_locked(shard, entry, slot)) return true;
    lose_checkpoints_locked(shard);
    return false;
}

/// Keeps an entry that has a mark, takes one mark off, and makes it protected. False: the entry has to go.
bool has_another_round(const LockedShard& shard, const EntryRef& entry, const SlotRef& slot, bool visible,
                       bool patient) {
    if (!visible || !patient || slot.visits() == 0 || !keep_locked(shard, entry, slot)) return false;
    slot.pass_over();
    return true;
}

}  // namespace

bool evict_page_locked(const LockedShard& shard, bool patient, Open open, std::uint64_t now_us) {
    layout::Shard& s = shard.shard;
    const std::uint64_t exempt = exempt_offset_locked(shard);
    const std::uint32_t oldest = page_to_evict_locked(shard, exempt, open);
    if (oldest == 0) return false;
    const std::uint64_t clear_era = shard.clear_era();
    const RemovalMoment moment = removal_moment(shard);
    bool dropped = false;
    walk_page_locked(shard, oldest - 1,
                     [&](const EntryRef& entry, const SlotRef& slot, std::uint64_t key_hash) {
                         if (keep_needed(shard, entry, slot)) return true;
                         if (entry.offset() == exempt) {
                             static_cast<void>(keep_locked(shard, entry, slot));  // without room it stays
                             return true;
                         }
                         const bool visible = is_visible(entry, clear_era, now_us);
                         if (visible && entry.is_large() && keep_locked(shard, entry, slot)) return true;
                         if (has_another_round(shard, entry, slot, visible, patient)) return true;
                         dropped = true;
                         const std::uint64_t word = slot.word();
                         drop_locked(shard, moment, entry, slot, key_hash, visible ? s.evicted : s.expired);
                         if (visible) remember_evicted_locked(shard, slot, word);
                         return true;
                     });
    const bool is_still_there =
        exempt != 0 && exempt / layout::kPageBytes == oldest - 1 && exempt_offset_locked(shard) == exempt;
    unlist_page_locked(shard, oldest - 1);
    if (is_still_there) {
        list_page_locked(shard, oldest - 1);
        return dropped;
    }
    retire_page_locked(shard, oldest - 1);
    return true;
}

}  // namespace dummycache::store
