// SPDX-License-Identifier: MIT
#include "store/log/log.hpp"

#include "store/history/write_times.hpp"
#include "store/layout/overflow.hpp"
#include "store/layout/truth.hpp"
#include "store/log/age_list.hpp"
#include "store/log/append.hpp"
#include "store/log/large_list.hpp"

namespace dummycache::store {

namespace {

void free_overflow(const LockedShard& shard, const EntryRef& entry) {
    // Reads each link before its page goes back: the next owner of the page writes its own link.
    const std::uint64_t owner = layout::owner_word(layout::PageKind::overflow, shard.number);
    std::uint32_t next = shard.checked_link(entry.overflow().first.load(kRelaxed) + 1);
    const std::uint32_t pages = entry.overflow().pages.load(kRelaxed);
    if (next != 0 && shard.memory.info(next - 1).owner.load(kRelaxed) == owner)
        remove_large_locked(shard, next - 1);
    for (std::uint32_t i = 0; i < pages && next != 0; ++i) {
        const std::uint32_t page = next - 1;
        if (shard.memory.info(page).owner.load(kRelaxed) != owner) return shard.mark_damaged();
        next = shard.checked_link(shard.memory.info(page).next.load(kRelaxed));
        give_page(shard.arena, page);
    }
    decrease(shard.shard.overflow_pages, pages);
}

}  // namespace

void close_page_locked(const LockedShard& shard, layout::OpenPage which) noexcept {
    const std::uint32_t page = shard.checked_link(shard.shard.open[which].load(kRelaxed));
    shard.shard.open[which].store(0, kRelaxed);
    if (page == 0) return;
    which == layout::kNursery ? insert_page_locked(shard, page - 1) : list_page_locked(shard, page - 1);
}

void open_page_locked(const LockedShard& shard, layout::OpenPage which, std::uint32_t page) noexcept {
    layout::PageInfo& info = shard.memory.info(page);
    empty_page(info);
    info.live.store(0, kRelaxed);
    info.pins.store(0, kRelaxed);
    info.next_expiry.store(kNoExpiry, kRelaxed);
    shard.shard.open[which].store(page + 1, kRelaxed);
}

std::uint64_t append_locked(const LockedShard& shard, const NewEntry& entry) noexcept {
    note_write_time_locked(shard);
    if ((entry.deadline_word & (layout::kOverflow | layout::kChecked)) == 0)
        return append_plain_locked(shard, entry);
    const std::uint32_t page = shard.shard.open[layout::kNursery].load(kRelaxed) - 1;
    const std::uint32_t start = shard.memory.info(page).fill.load(kRelaxed);
    const EntryRef at(shard.memory, std::uint64_t{page} * layout::kPageBytes + start);
    const std::uint64_t id = take_id(shard);

    begin_bytes();  // REUSE
    put_header(at, id, entry.deadline_word, entry.lengths(shard.self.client()));
    if ((entry.deadline_word & layout::kOverflow) != 0) {
        at.overflow().first.store(entry.overflow.first, kRelaxed);
        at.overflow().pages.store(entry.overflow.pages, kRelaxed);
        at.overflow().key_hash.store(entry.key_hash, kRelaxed);
    }
    if ((entry.deadline_word & layout::kKeyOverflow) == 0)
        copy_bytes(at.key(entry.deadline_word), bytes_of(entry.key), entry.key.size());
    if ((entry.deadline_word & layout::kOverflow) == 0) {
        copy_bytes(at.key(entry.deadline_word) + entry.key.size(), bytes_of(entry.value), entry.value.size());
    }
    const std::uint64_t bytes = entry.bytes();
    if ((entry.deadline_word & layout::kChecked) != 0) {
        const std::uint64_t sum = checksum_of(shard.memory, at);
        copy_bytes(shard.memory.arena + at.offset() + bytes - sizeof sum,
                   reinterpret_cast<const std::byte*>(&sum), sizeof sum);
    }
    finish_entry(shard, page, start + bytes, bytes, entry.deadline_word);
    return at.offset();
}

std::uint64_t append_copy_locked(const LockedShard& shard, const EntryRef& entry,
                                 std::uint64_t bytes) noexcept {
    const std::uint32_t page = shard.shard.open[layout::kSurvivor].load(kRelaxed) - 1;
    layout::PageInfo& info = shard.memory.info(page);
    const std::uint32_t start = info.fill.load(kRelaxed);
    const std::uint64_t offset = std::uint64_t{page} * layout::kPageBytes + start;
    begin_bytes();  // REUSE
    copy_bytes(shard.memory.arena + offset, shard.memory.arena + entry.offset(), bytes);
    add_to_page(info, start + bytes, bytes, entry.deadline_word());
    prefetch_next(EntryRef(shard.memory, offset), bytes);
    return offset;
}

void bury_locked(const LockedShard& shard, const EntryRef& entry) {
    if (entry.is_large()) free_overflow(shard, entry);
    mark_dead(entry.header(), entry.deadline_word());
}

void drop_entry_locked(const LockedShard& shard, const EntryRef& entry, bool free_page) {
    if (!entry.fits(shard.memory.committed())) return shard.mark_damaged();
    bury_locked(shard, entry);
    if (entry.era() < shard.counted_era()) return;  // the clear has subtracted it already
    take_off_live(shard, entry.page(), entry.bytes());
    if (free_page) free_if_empty_locked(shard, entry.page());
}

void free_if_empty_locked(const LockedShard& shard, std::uint32_t page) {
    const layout::PageInfo& info = shard.memory.info(page);
    if (info.live.load(kRelaxed) != 0 || info.pins.load(kRelaxed) != 0) return;
    if (page + 1 == shard.shard.open[layout::kNursery].load(kRelaxed) ||
        page + 1 == shard.shard.open[layout::kSurvivor].load(kRelaxed))
        return;
    unlist_page_locked(shard, page);
    retire_page_locked(shard, page);
}

void retire_page_locked(const LockedShard& shard, std::uint32_t page) {
    if (shard.shard.reserve.load(kRelaxed) == 0) {
        empty_page(shard.memory.info(page));
        shard.memory.info(page).live.store(0, kRelaxed);
        shard.shard.reserve.store(page + 1, kRelaxed);
        return;
    }
    shard.memory.info(page).live.store(0, kRelaxed);
    decrease(shard.shard.data_pages, 1);
    give_page(shard.arena, page);
}

}  // namespace dummycache::store
