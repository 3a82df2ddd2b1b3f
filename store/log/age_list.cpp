// SPDX-License-Identifier: MIT
#include "store/log/age_list.hpp"

#include <algorithm>

#include "store/log/age.hpp"

namespace dummycache::store {

namespace {

std::uint32_t previous_of(const LockedShard& shard, const layout::PageInfo& info) noexcept {
    return shard.checked_link(info.previous.load(kRelaxed) & ~layout::kBeforeInsertion);
}

void set_previous(layout::PageInfo& info, std::uint32_t previous) noexcept {
    info.previous.store((info.previous.load(kRelaxed) & layout::kBeforeInsertion) | previous, kRelaxed);
}

/// Puts a page into the list behind `after` (a page number + 1), or as the oldest if `after` is 0. `part`
/// is kBeforeInsertion or 0.
void link_behind(const LockedShard& shard, std::uint32_t after, std::uint32_t page,
                 std::uint32_t part) noexcept {
    layout::Shard& s = shard.shard;
    layout::PageInfo& info = shard.memory.info(page);
    note_filled(shard.memory, page);
    std::atomic<std::uint32_t>& link = after != 0 ? shard.memory.info(after - 1).next : s.oldest;
    const std::uint32_t next = shard.checked_link(link.load(kRelaxed));
    info.previous.store(after | part, kRelaxed);
    info.next.store(next, kRelaxed);
    link.store(page + 1, kRelaxed);
    if (next != 0)
        set_previous(shard.memory.info(next - 1), page + 1);
    else
        s.newest.store(page + 1, kRelaxed);
    increase(s.listed, 1);
    increase(s.listed_bytes, info.fill.load(kRelaxed) - layout::kFirstEntry);
}

/// Moves the insertion point to the place that protected_share asks for. Returns its page + 1, or 0 for the
/// beginning of the list.
std::uint32_t settled_insertion_point(const LockedShard& shard) noexcept {
    layout::Shard& s = shard.shard;
    const std::uint32_t listed = std::min(s.listed.load(kRelaxed), shard.memory.committed());
    const std::uint64_t share = std::min(s.protected_share.load(kRelaxed), layout::kWhole);
    const auto wanted = static_cast<std::uint32_t>(listed - listed * share / layout::kWhole);
    std::uint32_t before = std::min(s.before_insertion.load(kRelaxed), listed);
    std::uint32_t point = shard.checked_link(s.insertion_point.load(kRelaxed));
    for (; before < wanted; ++before) {
        const std::uint32_t next =
            shard.checked_link((point != 0 ? shard.memory.info(point - 1).next : s.oldest).load(kRelaxed));
        if (next == 0) break;
        point = next;
        layout::PageInfo& info = shard.memory.info(point - 1);
        info.previous.store(info.previous.load(kRelaxed) | layout::kBeforeInsertion, kRelaxed);
    }
    for (; before > wanted && point != 0; --before) {
        layout::PageInfo& info = shard.memory.info(point - 1);
        point = previous_of(shard, info);
        info.previous.store(point, kRelaxed);
    }
    s.insertion_point.store(point, kRelaxed);
    s.before_insertion.store(before, kRelaxed);
    return point;
}

}  // namespace

void list_page_locked(const LockedShard& shard, std::uint32_t page) noexcept {
    link_behind(shard, shard.checked_link(shard.shard.newest.load(kRelaxed)), page, 0);
}

void insert_page_locked(const LockedShard& shard, std::uint32_t page) noexcept {
    link_behind(shard, settled_insertion_point(shard), page, layout::kBeforeInsertion);
    shard.shard.insertion_point.store(page + 1, kRelaxed);
    increase(shard.shard.before_insertion, 1);
}

void unlist_page_locked(const LockedShard& shard, std::uint32_t page) noexcept {
    layout::Shard& s = shard.shard;
    layout::PageInfo& info = shard.memory.info(page);
    const std::uint32_t next = shard.checked_link(info.next.load(kRelaxed));
    const std::uint32_t previous = previous_of(shard, info);
    if (s.cursor.load(kRelaxed) == page + 1) s.cursor.store(next, kRelaxed);
    if (s.insertion_point.load(kRelaxed) == page + 1) s.insertion_point.store(previous, kRelaxed);
    if ((info.previous.load(kRelaxed) & layout::kBeforeInsertion) != 0) decrease(s.before_insertion, 1);
    (previous != 0 ? shard.memory.info(previous - 1).next : s.oldest).store(next, kRelaxed);
    if (next != 0)
        set_previous(shard.memory.info(next - 1), previous);
    else
        s.newest.store(previous, kRelaxed);
    decrease(s.listed, 1);
    decrease(s.listed_bytes, info.fill.load(kRelaxed) - layout::kFirstEntry);
}

void set_deadlines_locked(const LockedShard& shard, std::uint32_t unit) noexcept {
    std::uint32_t left = shard.memory.committed();
    std::uint32_t at = shard.checked_link(shard.shard.oldest.load(kRelaxed));
    for (; at != 0 && left != 0; --left) {
        layout::PageInfo& info = shard.memory.info(at - 1);
        info.next_expiry.store(unit, kRelaxed);
        at = shard.checked_link(info.next.load(kRelaxed));
    }
}

}  // namespace dummycache::store
