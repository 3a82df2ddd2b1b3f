// SPDX-License-Identifier: MIT
// One pass over everything that a shard's index leads to. Both rebuild and check use it.
#pragma once

#include <cstdint>
#include <vector>

#include "store/checkpoint/undo.hpp"
#include "store/index/index.hpp"
#include "store/layout/entry_ref.hpp"

namespace dummycache::store {

/// A slot, as the scan finds it.
struct ScannedSlot {
    SlotRef ref;
    std::uint32_t index_page;  ///< number of its index page
    std::uint64_t word;
    const char* fault;  ///< null, or why it leads to no sound entry
    bool visible;       ///< not cleared
    bool kept;          ///< sound, and visible or needed by a checkpoint
};

/// An entry with overflow pages.
struct LargeEntry {
    std::uint32_t first;  ///< its first overflow page
    std::uint64_t key_hash;
};

/// Checks every number before it uses it. So it also works on damaged memory.
class ShardScan {
public:
    explicit ShardScan(const LockedShard& shard);

    /// Calls `visit(ScannedSlot)` for each occupied slot of each index page the directory leads to.
    template <class Visit>
    void each_slot(Visit&& visit);

    /// Counts a sound slot's entry: its bytes and its overflow pages.
    void count(const ScannedSlot& slot);

    /// Calls `visit(record, fault)` for each undo record that counts. `fault` is null, or says why the
    /// record's entry is not sound. Call it after the slots were counted. Returns why the list itself is
    /// not sound, or null.
    template <class Visit>
    [[nodiscard]] const char* each_undo_record(Visit&& visit);
    /// Counts the pinned entry of a sound record.
    void pin(const layout::UndoRecord& record);

    /// The numbers of the index pages that the directory leads to, each once.
    [[nodiscard]] const std::vector<std::uint32_t>& index_pages() const noexcept { return index_pages_; }
    [[nodiscard]] bool is_index_page(std::uint32_t page) const noexcept { return in_directory_[page]; }
    [[nodiscard]] std::uint32_t live(std::uint32_t page) const noexcept { return live_[page]; }
    [[nodiscard]] std::uint32_t pins(std::uint32_t page) const noexcept { return pins_[page]; }
    [[nodiscard]] bool is_overflow_page(std::uint32_t page) const noexcept { return overflowing_[page]; }
    /// Those of the slots, and those that only undo records lead to.
    [[nodiscard]] const std::vector<LargeEntry>& large_entries() const noexcept { return large_; }
    [[nodiscard]] bool is_undo_page(std::uint32_t page) const noexcept { return undo_[page]; }
    [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }
    [[nodiscard]] std::uint64_t pinned_bytes() const noexcept { return pinned_bytes_; }
    [[nodiscard]] std::uint64_t live_bytes() const noexcept { return live_bytes_; }
    [[nodiscard]] std::uint32_t committed() const noexcept { return committed_; }

private:
    [[nodiscard]] const char* fault_of(const SlotRef& ref, std::uint32_t index_page,
                                       std::uint64_t word) const noexcept;
    [[nodiscard]] const char* fault_of_entry(const EntryRef& entry) const noexcept;
    [[nodiscard]] const char* fault_of_record(const layout::UndoRecord& record) const noexcept;
    [[nodiscard]] const char* find_undo_pages();
    [[nodiscard]] bool is_current(const layout::UndoRecord& record) const noexcept;
    void mark_overflow(const EntryRef& entry);
    [[nodiscard]] const char* fault_of_overflow(const EntryRef& entry, const Lengths& lengths,
                                                std::uint64_t flags) const noexcept;
    [[nodiscard]] bool is_duplicate(const SlotRef& ref, const EntryRef& entry,
                                    const KeyHash& hash) const noexcept;
    [[nodiscard]] bool owned_as(std::uint32_t page, layout::PageKind kind) const noexcept;

    const LockedShard& shard_;
    std::uint32_t committed_;
    std::vector<std::uint32_t> index_pages_;
    std::vector<bool> in_directory_;
    std::vector<bool> overflowing_;
    std::vector<bool> undo_;
    std::vector<std::uint32_t> live_;
    std::vector<std::uint32_t> pins_;
    std::vector<LargeEntry> large_;
    std::uint64_t entries_ = 0;
    std::uint64_t live_bytes_ = 0;
    std::uint64_t pinned_bytes_ = 0;
};

template <class Visit>
void ShardScan::each_slot(Visit&& visit) {
    const std::uint64_t clear_era = shard_.clear_era();
    for (const std::uint32_t number : index_pages_) {
        layout::IndexPage& page = shard_.memory.index_page(number);
        for (std::uint32_t bucket = 0; bucket < layout::kBuckets; ++bucket) {
            for (unsigned slot = 0; slot < layout::kSlots; ++slot) {
                const SlotRef ref{&page, bucket, slot};
                const std::uint64_t word = ref.word();
                if (word == 0) continue;
                const char* const fault = fault_of(ref, number, word);
                const bool visible =
                    fault == nullptr && EntryRef::of_slot(shard_.memory, word).era() >= clear_era;
                const bool kept =
                    visible || (fault == nullptr &&
                                is_needed(shard_.memory, EntryRef::of_slot(shard_.memory, word).era()));
                visit(ScannedSlot{ref, number, word, fault, visible, kept});
            }
        }
    }
}

template <class Visit>
const char* ShardScan::each_undo_record(Visit&& visit) {
    if (noting_era(shard_.memory) == 0) return nullptr;
    if (const char* const fault = find_undo_pages(); fault != nullptr) return fault;
    const bool whole = each_record<Fetch::entries>(shard_.memory, shard_.shard, 0,
                                                   shard_.shard.undo_count.load(std::memory_order_acquire),
                                                   [&](layout::UndoRecord& record, std::uint64_t) {
                                                       if (record.word.load(std::memory_order_relaxed) != 0)
                                                           visit(record, fault_of_record(record));
                                                       return true;
                                                   });
    return whole ? nullptr : "the list of undo records is broken";
}

}  // namespace dummycache::store
