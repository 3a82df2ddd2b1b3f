// SPDX-License-Identifier: MIT
#include "store/reclaim/evict_large.hpp"

#include <algorithm>
#include <bit>

#include "store/checkpoint/undo.hpp"
#include "store/index/ghosts.hpp"
#include "store/index/index.hpp"
#include "store/layout/entry_ref.hpp"
#include "store/log/large_list.hpp"
#include "store/log/log.hpp"
#include "store/reclaim/survivors.hpp"

namespace dummycache::store {

namespace {

/// The slot of the large entry whose first overflow page this is. Nothing if no slot leads to it.
std::optional<SlotRef> slot_of_large(const LockedShard& shard, const KeyHash& hash, std::uint32_t first) {
    layout::IndexPage* const page = hash.shard == shard.number ? index_page_of(shard, hash) : nullptr;
    if (page == nullptr) return std::nullopt;
    for (const std::uint32_t number : {hash.first, hash.second()}) {
        for (unsigned found = slots_with_tag(page->buckets[number], hash.tag); found != 0;
             found &= found - 1) {
            const SlotRef slot{page, number, static_cast<unsigned>(std::countr_zero(found))};
            const EntryRef entry = EntryRef::of_slot(shard.memory, slot.word());
            if (!entry.fits(shard.memory.committed())) continue;
            if (entry.is_large() && entry.overflow().first.load(kRelaxed) == first) return slot;
        }
    }
    return std::nullopt;
}

bool is_exempt(const LockedShard& shard, const KeyHash& hash) noexcept {
    return shard.exempt != nullptr && shard.exempt->hash.value == hash.value;
}

void drop_large(const LockedShard& shard, const SlotRef& slot, std::uint64_t key_hash, bool visible) {
    const std::uint64_t word = slot.word();
    const EntryRef entry = EntryRef::of_slot(shard.memory, word);
    drop_locked(shard, removal_moment(shard), entry, slot, key_hash,
                visible ? shard.shard.evicted : shard.shard.expired);
    if (visible) remember_evicted_locked(shard, slot, word);
    free_if_empty_locked(shard, entry.page());
}

}  // namespace

bool evict_large_locked(const LockedShard& shard, bool patient, std::uint64_t now_us) {
    std::uint32_t left = std::min(shard.shard.overflow_pages.load(kRelaxed), shard.memory.committed());
    for (; left != 0; --left) {
        const std::uint32_t oldest = shard.checked_link(shard.shard.large_oldest.load(kRelaxed));
        if (oldest == 0) return false;
        const KeyHash hash = split_hash(shard.memory, large_key_hash(shard.memory.info(oldest - 1)));
        const auto slot = slot_of_large(shard, hash, oldest - 1);
        const auto entry = slot ? std::optional(EntryRef::of_slot(shard.memory, slot->word())) : std::nullopt;
        if (!entry || is_exempt(shard, hash) || is_needed(shard.memory, entry->era())) {
            renew_large_locked(shard, oldest - 1);
            continue;
        }
        const bool visible = is_visible(*entry, shard.clear_era(), now_us);
        if (visible && patient && slot->visits() != 0) {
            slot->pass_over();
            renew_large_locked(shard, oldest - 1);
        } else {
            drop_large(shard, *slot, hash.value, visible);
        }
        return true;
    }
    return false;
}

}  // namespace dummycache::store
