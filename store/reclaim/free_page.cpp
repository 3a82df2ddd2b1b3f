// SPDX-License-Identifier: MIT
#include "store/reclaim/free_page.hpp"

#include "store/layout/truth.hpp"

namespace dummycache::store {

namespace {

/// Reads leave marks once half of the capacity is in use: the marks of the second half show which entries
/// are wanted, before the first eviction. Marks also begin when the system has no more memory before that.
void begin_marking_in_time(const Memory& memory, bool got_page) noexcept {
    std::atomic<std::uint64_t>& marking = memory.superblock->marking;
    const bool near = !got_page || memory.committed() >= memory.pages / 2;
    if (near && memory.evicts && marking.load(kRelaxed) == 0) marking.store(1, kRelaxed);
}

}  // namespace

std::optional<std::uint32_t> claim_page_locked(const LockedShard& shard) {
    const auto page = shard.arena.claim(layout::owner_word(layout::PageKind::data, shard.number));
    begin_marking_in_time(shard.memory, page.has_value());
    if (!page) return std::nullopt;
    DUMMYCACHE_KILL_POINT("page claimed");
    empty_page(shard.memory.info(*page));
    shard.memory.info(*page).live.store(0, kRelaxed);
    shard.memory.info(*page).pins.store(0, kRelaxed);
    increase(shard.shard.data_pages, 1);
    return page;
}

bool ensure_reserve_locked(const LockedShard& shard) {
    if (shard.shard.reserve.load(kRelaxed) != 0) return true;
    const auto page = claim_page_locked(shard);
    if (page) shard.shard.reserve.store(*page + 1, kRelaxed);
    return page.has_value();
}

std::optional<std::uint32_t> lend_reserve_locked(const LockedShard& shard) noexcept {
    layout::Shard& s = shard.shard;
    const std::uint32_t reserve = shard.checked_link(s.reserve.load(kRelaxed));
    const bool holds_entries = s.oldest.load(kRelaxed) != 0 || s.open[layout::kNursery].load(kRelaxed) != 0 ||
                               s.open[layout::kSurvivor].load(kRelaxed) != 0;
    if (reserve == 0 || holds_entries) return std::nullopt;
    s.reserve.store(0, kRelaxed);
    return reserve - 1;
}

}  // namespace dummycache::store
