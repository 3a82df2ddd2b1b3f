// SPDX-License-Identifier: MIT
#include "store/recovery/shard_scan.hpp"

#include <string>

#include "store/layout/overflow.hpp"

namespace dummycache::store {

ShardScan::ShardScan(const LockedShard& shard)
    : shard_(shard),
      committed_(shard.memory.committed()),
      in_directory_(committed_, false),
      overflowing_(committed_, false),
      undo_(committed_, false),
      live_(committed_, 0),
      pins_(committed_, 0) {
    const layout::DirectoryWord* const directory = shard.memory.directory(shard.number);
    for (std::uint32_t i = 0; i < shard.memory.directory_size(); ++i) {
        const std::uint32_t word = directory[i].load(kRelaxed);
        if (word == 0 || word > committed_ || in_directory_[word - 1]) continue;
        if (!owned_as(word - 1, layout::PageKind::index)) continue;
        in_directory_[word - 1] = true;
        index_pages_.push_back(word - 1);
    }
}

bool ShardScan::owned_as(std::uint32_t page, layout::PageKind kind) const noexcept {
    return shard_.memory.info(page).owner.load(std::memory_order_acquire) ==
           layout::owner_word(kind, shard_.number);
}

const char* ShardScan::fault_of(const SlotRef& ref, std::uint32_t index_page,
                                std::uint64_t word) const noexcept {
    const Memory& memory = shard_.memory;
    const EntryRef entry = EntryRef::of_slot(memory, word);
    if (const char* fault = fault_of_entry(entry); fault != nullptr) return fault;
    if (const char* fault = fault_of_overflow(entry, entry.lengths(), entry.deadline_word());
        fault != nullptr)
        return fault;
    const KeyHash hash = entry.hash_locked(memory);
    const bool second = (word & layout::kSecondChoice) != 0;
    if (hash.shard != shard_.number || hash.tag != word >> layout::kTagShift)
        return "leads to an entry of another key";
    if (ref.bucket_number != (second ? hash.second() : hash.first)) return "is in the wrong bucket";
    if (memory.directory(shard_.number)[hash.directory_word(memory)].load(kRelaxed) != index_page + 1) {
        return "is in the wrong index page";
    }
    if (is_duplicate(ref, entry, hash)) return "is the second of its key";
    return nullptr;
}

const char* ShardScan::fault_of_entry(const EntryRef& entry) const noexcept {
    const Memory& memory = shard_.memory;
    if (entry.offset() / layout::kPageBytes >= committed_) return "leads behind the committed pages";
    if (!owned_as(entry.page(), layout::PageKind::data)) return "leads into a page that is not the shard's";
    const std::uint32_t start = entry.offset_in_page();
    const std::uint32_t fill = memory.info(entry.page()).fill.load(std::memory_order_acquire);
    if (fill > layout::kPageBytes) return "leads into a page that is too full";
    if (start < layout::kFirstEntry || start + sizeof(layout::EntryHeader) > fill)
        return "leads behind its page's fill";
    const Lengths lengths = entry.lengths();
    const std::uint64_t flags = entry.deadline_word();
    if (start + entry_bytes(lengths, flags) > fill || lengths.key == 0)
        return "leads to an entry that is cut off";
    if ((flags & layout::kDead) != 0) return "leads to an entry that is marked dead";
    return nullptr;
}

const char* ShardScan::fault_of_overflow(const EntryRef& entry, const Lengths& lengths,
                                         std::uint64_t flags) const noexcept {
    if ((flags & layout::kOverflow) == 0) return nullptr;
    const std::uint32_t pages = entry.overflow().pages.load(kRelaxed);
    if (!overflow_fits(lengths, flags, committed_) || pages != pages_for(overflow_bytes(lengths, flags)))
        return "leads to overflow pages of the wrong number";
    std::uint64_t next = std::uint64_t{entry.overflow().first.load(kRelaxed)} + 1;
    for (std::uint32_t i = 0; i < pages; ++i) {
        if (next == 0 || next > committed_) return "leads to broken overflow pages";
        const auto page = static_cast<std::uint32_t>(next - 1);
        if (!owned_as(page, layout::PageKind::overflow))
            return "leads to an overflow page that is not the shard's";
        if (overflowing_[page]) return "shares an overflow page with another entry";
        next = shard_.memory.info(page).next.load(kRelaxed);
    }
    return nullptr;
}

bool ShardScan::is_duplicate(const SlotRef& ref, const EntryRef& entry, const KeyHash& hash) const noexcept {
    const std::uint64_t flags = entry.deadline_word();
    const Lengths lengths = entry.lengths();
    // Keys are compared only for slots with the same tag. Two such slots are rare.
    for (const std::uint32_t number : {hash.first, hash.second()}) {
        for (unsigned found = slots_with_tag(ref.page->buckets[number], hash.tag); found != 0;
             found &= found - 1) {
            const SlotRef other{ref.page, number, static_cast<unsigned>(__builtin_ctz(found))};
            if (number == ref.bucket_number && other.slot == ref.slot)
                return false;  // only earlier slots are compared
            const EntryRef twin = EntryRef::of_slot(shard_.memory, other.word());
            if (!twin.fits(committed_) || !owned_as(twin.page(), layout::PageKind::data)) continue;
            if (twin.lengths().key != lengths.key) continue;
            std::string key(lengths.key, '\0');
            if (!copy_key(shard_.memory, entry, flags, lengths, reinterpret_cast<std::byte*>(key.data())))
                return false;
            if (key_equals(shard_.memory, twin, twin.deadline_word(), lengths.key, key, hash.value))
                return true;
        }
    }
    return false;
}

void ShardScan::mark_overflow(const EntryRef& entry) {
    if (!entry.is_large()) return;
    if (overflowing_[entry.overflow().first.load(kRelaxed)]) return;  // two records of one entry
    large_.push_back({entry.overflow().first.load(kRelaxed), entry.overflow().key_hash.load(kRelaxed)});
    std::uint32_t next = entry.overflow().first.load(kRelaxed) + 1;
    for (std::uint32_t i = entry.overflow().pages.load(kRelaxed); i != 0; --i) {
        overflowing_[next - 1] = true;
        next = shard_.memory.info(next - 1).next.load(kRelaxed);
    }
}

void ShardScan::count(const ScannedSlot& slot) {
    const EntryRef entry = EntryRef::of_slot(shard_.memory, slot.word);
    mark_overflow(entry);
    entries_ += slot.visible;
    if (entry.era() < shard_.counted_era()) return;
    const auto bytes = static_cast<std::uint32_t>(entry.bytes());
    live_[entry.page()] += bytes;
    live_bytes_ += bytes;
}

const char* ShardScan::find_undo_pages() {
    std::uint32_t link = shard_.shard.undo_head.load(kRelaxed);
    std::uint64_t above = UINT64_MAX;
    for (; link != 0; link = shard_.memory.info(link - 1).next.load(kRelaxed)) {
        if (link > committed_ || !owned_as(link - 1, layout::PageKind::undo))
            return "the list of undo pages leads elsewhere";
        const std::uint64_t place = shard_.memory.info(link - 1).fill.load(kRelaxed);
        if (above == UINT64_MAX ? shard_.shard.undo_count.load(kRelaxed) > (place + 1) * layout::kUndoRecords
                                : place + 1 != above)
            return "the list of undo pages is not in order";
        undo_[link - 1] = true;
        above = place;
    }
    const bool all = above == 0 || (above == UINT64_MAX && shard_.shard.undo_count.load(kRelaxed) == 0);
    return all ? nullptr : "the list of undo pages is too short";
}

/// Whether a slot leads to the record's entry, for instance after a rollback.
bool ShardScan::is_current(const layout::UndoRecord& record) const noexcept {
    const KeyHash hash = split_hash(shard_.memory, record.hash.load(kRelaxed));
    const std::uint64_t offset = EntryRef::of_slot(shard_.memory, record.word.load(kRelaxed)).offset();
    return find_offset_locked(shard_, hash, offset).has_value();
}

const char* ShardScan::fault_of_record(const layout::UndoRecord& record) const noexcept {
    const EntryRef entry = EntryRef::of_slot(shard_.memory, record.word.load(kRelaxed));
    if (const char* fault = fault_of_entry(entry); fault != nullptr) return fault;
    if (entry.hash_locked(shard_.memory).value != record.hash.load(kRelaxed))
        return "leads to an entry of another key";
    return is_current(record) ? nullptr : fault_of_overflow(entry, entry.lengths(), entry.deadline_word());
}

void ShardScan::pin(const layout::UndoRecord& record) {
    const EntryRef entry = EntryRef::of_slot(shard_.memory, record.word.load(kRelaxed));
    ++pins_[entry.page()];
    pinned_bytes_ += pinned_bytes_of(entry);
    if (!is_current(record)) mark_overflow(entry);
}

}  // namespace dummycache::store
