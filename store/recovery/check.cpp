// SPDX-License-Identifier: MIT
// The invariants of a shard: they are checked, and nothing is changed.
#include "store/recovery/check.hpp"

#include <fmt/format.h>
#include "store/checkpoint/undo.hpp"
#include "store/log/large_list.hpp"
#include "store/recovery/shard_scan.hpp"

namespace dummycache::store {

namespace {

class Report {
public:
    Report(const LockedShard& shard, std::vector<std::string>& problems)
        : shard_(shard), problems_(problems) {}

    void add(const std::string& what) const {
        problems_.push_back(fmt::format("shard {}: {}", shard_.number, what));
    }
    void compare(const std::string& what, std::uint64_t kept, std::uint64_t counted) const {
        if (kept == counted) return;
        add(fmt::format("{} is kept as {} but is {}", what, kept, counted));
    }

private:
    const LockedShard& shard_;
    std::vector<std::string>& problems_;
};

void check_slots(ShardScan& scan, const Report& report) {
    scan.each_slot([&](const ScannedSlot& slot) {
        const std::string place = fmt::format("slot {} of bucket {} in page {}", slot.ref.slot,
                                              slot.ref.bucket_number, slot.index_page);
        if (slot.fault != nullptr) {
            report.add(place + ' ' + slot.fault);
            return;
        }
        scan.count(slot);
        if ((slot.word & layout::kSecondChoice) == 0) return;
        const auto first =
            other_bucket(slot.ref.bucket_number, static_cast<std::uint32_t>(slot.word >> layout::kTagShift));
        const bool spilled = (slot.ref.page->buckets[first].version.load(kRelaxed) & layout::kSpilled) != 0;
        if (!spilled) report.add(place + " cannot be found: its first bucket is not marked as spilled");
    });
}

void check_undo(ShardScan& scan, const Report& report) {
    const char* const fault =
        scan.each_undo_record([&](const layout::UndoRecord& record, const char* unsound) {
            if (unsound == nullptr) return scan.pin(record);
            report.add(std::string("an undo record ") + unsound);
        });
    if (fault != nullptr) report.add(fault);
}

void check_directory(const LockedShard& shard, const ShardScan& scan, const Report& report) {
    const layout::DirectoryWord* const directory = shard.memory.directory(shard.number);
    for (std::uint32_t i = 0; i < shard.memory.directory_size(); ++i) {
        const std::uint32_t word = directory[i].load(kRelaxed);
        if (word == 0 && scan.index_pages().empty()) continue;
        if (word == 0 || word > scan.committed() || !scan.is_index_page(word - 1)) {
            report.add(fmt::format("directory word {} leads to no index page", i));
            continue;
        }
        const std::uint32_t depth = shard.memory.info(word - 1).fill.load(kRelaxed);
        if (depth > shard.memory.directory_bits ||
            directory[i & ((1U << depth) - 1)].load(kRelaxed) != word) {
            report.add(fmt::format("directory word {} and its index page differ about its depth", i));
        }
    }
}

/// Each page with entries must be open, in reserve or in the age list, once.
void check_list(const LockedShard& shard, const ShardScan& scan, const Report& report) {
    const layout::Shard& s = shard.shard;
    std::vector<bool> known(shard.memory.pages, false);
    const auto meet = [&](std::uint32_t page, const char* where) {
        if (page == 0) return true;
        if (page > scan.committed() || known[page - 1]) {
            report.add(fmt::format("page {} stands twice, or nowhere, in {}", page - 1, where));
            return false;
        }
        known[page - 1] = true;
        return true;
    };
    meet(s.open[layout::kNursery].load(kRelaxed), "the open pages");
    meet(s.open[layout::kSurvivor].load(kRelaxed), "the open pages");
    meet(s.reserve.load(kRelaxed), "the reserve");
    std::uint32_t listed = 0;
    std::uint64_t bytes = 0;
    std::uint32_t previous = 0;
    std::uint32_t point = 0;
    std::uint32_t before_insertion = 0;
    for (std::uint32_t at = s.oldest.load(kRelaxed); at != 0 && meet(at, "the age list"); ++listed) {
        const std::uint32_t link = shard.memory.info(at - 1).previous.load(kRelaxed);
        if ((link & ~layout::kBeforeInsertion) != previous) report.add("the age list is torn");
        if ((link & layout::kBeforeInsertion) != 0) {
            if (point != previous) report.add("the insertion point of the age list is not at one place");
            point = at;
            ++before_insertion;
        }
        previous = at;
        bytes += shard.memory.info(at - 1).fill.load(kRelaxed) - layout::kFirstEntry;
        at = shard.memory.info(at - 1).next.load(kRelaxed);
    }
    report.compare("the length of the age list", s.listed.load(kRelaxed), listed);
    report.compare("the bytes of the age list", s.listed_bytes.load(kRelaxed), bytes);
    report.compare("the end of the age list", s.newest.load(kRelaxed), previous);
    report.compare("the insertion point of the age list", s.insertion_point.load(kRelaxed), point);
    report.compare("the pages before the insertion point of the age list", s.before_insertion.load(kRelaxed),
                   before_insertion);
    for (std::uint32_t page = 0; page < scan.committed(); ++page) {
        if ((scan.live(page) != 0 || scan.pins(page) != 0) && !known[page])
            report.add(fmt::format("page {} is in no list", page));
    }
}

/// Each large entry must be in the list of large entries, once, with its hash.
void check_large(const LockedShard& shard, const ShardScan& scan, const Report& report) {
    std::vector<const LargeEntry*> unseen(scan.committed(), nullptr);
    for (const LargeEntry& entry : scan.large_entries()) unseen[entry.first] = &entry;
    std::uint32_t older = 0;
    std::size_t listed = 0;
    for (std::uint32_t at = shard.shard.large_oldest.load(kRelaxed); at != 0; ++listed) {
        if (at > scan.committed() || unseen[at - 1] == nullptr) {
            report.add("the list of large entries leads elsewhere, or twice to one entry");
            break;
        }
        const layout::PageInfo& info = shard.memory.info(at - 1);
        if (info.previous.load(kRelaxed) != older) report.add("the list of large entries is torn");
        if (large_key_hash(info) != unseen[at - 1]->key_hash)
            report.add(fmt::format("the large entry of page {} is listed under another hash", at - 1));
        unseen[at - 1] = nullptr;
        older = at;
        at = info.live.load(kRelaxed);
    }
    report.compare("the number of large entries", listed, scan.large_entries().size());
    report.compare("the end of the list of large entries", shard.shard.large_newest.load(kRelaxed), older);
}

void check_pages(const LockedShard& shard, const ShardScan& scan, const Report& report) {
    std::uint64_t data = 0;
    std::uint64_t index = 0;
    std::uint64_t overflow = 0;
    std::uint64_t undo = 0;
    for (std::uint32_t page = 0; page < scan.committed(); ++page) {
        const layout::PageInfo& info = shard.memory.info(page);
        const std::uint64_t owner = info.owner.load(std::memory_order_acquire);
        const layout::PageKind kind = layout::kind_of(owner);
        if (owner != layout::owner_word(kind, shard.number)) continue;
        data += kind == layout::PageKind::data;
        index += kind == layout::PageKind::index;
        overflow += kind == layout::PageKind::overflow;
        const std::string name = fmt::format("page {}", page);
        undo += kind == layout::PageKind::undo;
        if (kind == layout::PageKind::data) {
            report.compare("live bytes of " + name, info.live.load(kRelaxed), scan.live(page));
            report.compare("pins of " + name, info.pins.load(kRelaxed), scan.pins(page));
        }
        if (kind == layout::PageKind::undo && !scan.is_undo_page(page))
            report.add(name + " is an undo page of no list");
        if (kind == layout::PageKind::overflow && !scan.is_overflow_page(page))
            report.add(name + " is an overflow page of no entry");
        if (kind == layout::PageKind::index && !scan.is_index_page(page))
            report.add(name + " is an index page of nothing");
    }
    report.compare("the number of data pages", shard.shard.data_pages.load(kRelaxed), data);
    report.compare("the number of index pages", shard.shard.index_pages.load(kRelaxed), index);
    report.compare("the number of overflow pages", shard.shard.overflow_pages.load(kRelaxed), overflow);
    report.compare("the number of undo pages", shard.shard.undo_pages.load(kRelaxed), undo);
}

}  // namespace

void check_locked(const LockedShard& shard, std::vector<std::string>& problems) {
    if (has_stale_undo(shard)) return;  // the next owner of the lock drops these records, and counts change
    const Report report(shard, problems);
    ShardScan scan(shard);
    check_slots(scan, report);
    check_undo(scan, report);
    check_directory(shard, scan, report);
    check_list(shard, scan, report);
    check_large(shard, scan, report);
    check_pages(shard, scan, report);
    report.compare("the number of entries", shard.shard.entries.load(kRelaxed), scan.entries());
    report.compare("the number of pinned bytes", shard.shard.pinned_bytes.load(kRelaxed),
                   scan.pinned_bytes());
    report.compare("the number of live bytes", shard.shard.live_bytes.load(kRelaxed), scan.live_bytes());
}

bool has_possible_owner(const Memory& memory, std::uint32_t page) noexcept {
    const std::uint64_t owner = memory.info(page).owner.load(std::memory_order_acquire);
    const layout::PageKind kind = layout::kind_of(owner);
    // A staged page belongs to a live process, or is freed when pages are needed.
    if (kind == layout::PageKind::free || kind == layout::PageKind::staged) return true;
    return kind < layout::PageKind::staged && layout::who_of(owner) < memory.shard_count;
}

void check_owners(const Memory& memory, std::vector<std::string>& problems) {
    for (std::uint32_t page = 0; page < memory.committed(); ++page) {
        if (!has_possible_owner(memory, page))
            problems.push_back(fmt::format("page {} has an owner that does not exist", page));
    }
}

}  // namespace dummycache::store
