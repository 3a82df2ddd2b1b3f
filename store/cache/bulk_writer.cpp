// SPDX-License-Identifier: MIT
#include "store/cache/bulk_writer.hpp"

#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dummycache/error.hpp"
#include "store/cache/checkpoints.hpp"
#include "store/checkpoint/rollback.hpp"
#include "store/entry/put_entry.hpp"
#include "store/entry/stage.hpp"
#include "store/entry/write.hpp"
#include "store/history/journal.hpp"
#include "store/history/removals.hpp"
#include "store/index/entry_walk.hpp"
#include "store/log/age_list.hpp"
#include "store/log/append.hpp"
#include "store/reclaim/page_supply.hpp"

namespace dummycache::store {

namespace {

constexpr std::uint64_t kProgressEvery = 1024;

}  // namespace

BulkWriter::BulkWriter(Attachment& attachment, const char* what, bool alone, std::string_view from)
    : attachment_(attachment),
      what_(what),
      client_(attachment.self.further_client({ipc::ClientKind::load, from, {}})),
      guard_(attachment, what),
      acting_(attachment.self, client_),
      alone_(alone) {
    begin();
}

void BulkWriter::begin() {
    const Memory& memory = attachment_.memory;
    for (const LockedShard& locked : guard_.shards()) {
        const layout::Shard& shard = locked.shard;
        was_empty_ = was_empty_ && (shard.entries.load(kRelaxed) | shard.live_bytes.load(kRelaxed)) == 0;
    }
    index_ = checkpoint_depth(memory);
    push_checkpoint_locked(attachment_, guard_, what_, Bulk::yes);
    memory.superblock->rollback_target.store(index_ + 1, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("bulk write begun");
}

BulkWriter::~BulkWriter() {
    if (finished_ || !creator_.is_this_process()) return;
    storing_.abandon();  // the storing thread stops first; then the rollback begins
    try {
        go_back();
    } catch (...) {
        // The next owner of the locks finds `rollback_target` and goes back.
    }
}

void BulkWriter::go_back() {
    finish_rollback_locked(guard_.shards());
    drop_bulk_locked(attachment_.memory, guard_);
}

void BulkWriter::check_creator() const {
    if (creator_.is_this_process()) return;
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("{}: a forked child cannot go on with what its parent began; begin a load in the child",
                    what_));
}

void BulkWriter::write(const WriteRequest& request) {
    check_creator();
    const KeyHash hash = hash_key(attachment_.memory, request.key, what_);
    check_value(attachment_, request.value_bytes(), what_);
    const std::uint64_t flags =
        flags_for(attachment_.memory.checksums, request.key.size(), request.value_bytes());
    const std::uint64_t deadline_word = deadline_word_of(attachment_, request) | flags;
    if ((flags & layout::kOverflow) != 0) {
        hand_over();
        storing_.finish();  // this thread stores now
        StagedPages overflow(attachment_);
        stage(attachment_, overflow, request, flags, 0, [this](std::uint32_t shard, std::uint64_t owner) {
            return stage_page_locked(guard_.shards()[shard], owner);
        });
        NewEntry entry{request.key, request.value, hash.value, deadline_word, {}, request.pulled_bytes};
        return store(hash, entry, &overflow, request.condition);
    }
    const auto key_bytes = static_cast<std::uint32_t>(request.key.size());
    const auto value_bytes = static_cast<std::uint32_t>(request.value.size());
    batch_.entries.push_back(
        {batch_.bytes.size(), key_bytes, value_bytes, hash, deadline_word, request.condition});
    batch_.bytes += request.key;
    batch_.bytes += request.value;
    if (batch_.bytes.size() >= kBatchBytes) hand_over();
}

void BulkWriter::hand_over() {
    const auto batch = std::make_shared<Batch>(std::exchange(batch_, {}));
    batch_.entries.reserve(batch->entries.size());
    batch_.bytes.reserve(batch->bytes.size());
    storing_.run([this, batch] { store_batch(*batch); });
}

/// Stores a batch. Prefetches each bucket 16 entries before its turn, and the old entry 8 entries before.
void BulkWriter::store_batch(const Batch& batch) {
    constexpr std::size_t kBuckets = 16;
    constexpr std::size_t kEntries = 8;
    const std::size_t count = batch.entries.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (i + kBuckets < count)
            prefetch_buckets_and_marks(attachment_.memory, batch.entries[i + kBuckets].hash);
        if (i + kEntries < count) prefetch_entry_of(attachment_.memory, batch.entries[i + kEntries].hash);
        const Small& small = batch.entries[i];
        const std::string_view bytes(batch.bytes);
        NewEntry entry{bytes.substr(small.begin, small.key_bytes),
                       bytes.substr(small.begin + small.key_bytes, small.value_bytes),
                       small.hash.value,
                       small.deadline_word,
                       {}};
        store(small.hash, entry, nullptr, small.condition);
    }
}

void BulkWriter::store(const KeyHash& hash, NewEntry& entry, StagedPages* overflow, Condition condition) {
    const LockedShard& shard = guard_.shards()[hash.shard];
    const auto goes_through = [&](const std::optional<SlotRef>& slot) {
        if (condition == Condition::always || !slot) return true;
        return !is_visible_now(shard, EntryRef::of_slot(attachment_.memory, slot->word()));
    };
    const auto try_store = [&] {
        return put_entry_locked(attachment_, shard, hash, entry, overflow, what_, goes_through);
    };
    if (!lost_ && is_lost(attachment_.memory, checkpoint_record(attachment_.memory, index_))) {
        lost_ = true;
        for (const LockedShard& each : guard_.shards()) forget_stale_undo_locked(each);
        give_way();
    }
    bool stored = false;
    try {
        stored = try_store();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::full || !give_way()) throw;
        stored = try_store();
    }
    ++(stored ? stored_ : present_);
    if ((stored_ + present_) % kProgressEvery == 0)
        attachment_.memory.superblock->progress.fetch_add(1, kRelaxed);
}

bool BulkWriter::give_way() {
    if (!alone_ || cleared_) return false;
    cleared_ = true;
    for (const LockedShard& shard : guard_.shards()) {
        if (noting_era(attachment_.memory) != 0) lose_checkpoints_locked(shard);
    }
    clear_older();
    sweep_out();
    return true;
}

void BulkWriter::clear_older() {
    const layout::CheckpointRecord& own = checkpoint_record(attachment_.memory, index_);
    attachment_.memory.superblock->clear_era.store(own.era.load(kRelaxed), std::memory_order_release);
}

/// A page of keys at a time: an erase may move entries to make room for its undo record.
void BulkWriter::erase_older(const std::function<bool(std::string_view)>& goes) {
    hand_over();
    storing_.finish();
    const Memory& memory = attachment_.memory;
    const std::uint64_t own_era = checkpoint_record(memory, index_).era.load(kRelaxed);
    EntryLoader loader(memory, attachment_.now_us());
    std::vector<bool> seen(memory.pages, false);
    std::vector<std::string> keys;
    for (const LockedShard& shard : guard_.shards()) {
        for (const std::uint32_t number : index_pages_of(memory, shard.number, seen)) {
            keys.clear();
            each_entry_locked(shard, number, [&](const EntryRef& entry, const SlotRef& slot) {
                if (entry.era() >= own_era || !loader.is_visible(slot.word())) return;
                const std::string_view key = loader.key(slot.word());
                if (!key.empty() && goes(key)) keys.emplace_back(key);
            });
            for (const std::string& key : keys)
                erase_key_locked(shard, hash_key(memory, key, what_), key, std::nullopt,
                                 layout::Removal::replaced);
        }
    }
}

void BulkWriter::finish() {
    check_creator();
    hand_over();
    storing_.finish();
    layout::Superblock& superblock = *attachment_.memory.superblock;
    if (alone_) clear_older();
    DUMMYCACHE_KILL_POINT("bulk write complete");
    if (alone_)
        note_whole_locked(guard_.shards().front(), layout::Removal::replaced,
                          superblock.clear_era.load(kRelaxed));
    superblock.rollback_target.store(0, std::memory_order_release);  // the commit
    DUMMYCACHE_KILL_POINT("bulk write committed");
    finished_ = true;
    note_whole_call(attachment_, layout::Call::load, layout::Outcome::stored, stored_);
    const bool nothing_older = was_empty_ && index_ == 0;
    if (alone_ && nothing_older) count_from_here();
    drop_bulk_locked(attachment_.memory, guard_);
    if (alone_ && !nothing_older) sweep_out();
}

/// Empties the slots of older entries, which are cleared by now, and frees their bytes. To leave that for
/// later would save other processes no time. Finds out the deadlines of each page on the way. The end of a
/// checkpoint makes them unknown, and each page would have to be read again to learn them.
void BulkWriter::sweep_out() {
    const Memory& memory = attachment_.memory;
    const std::uint64_t now_us = attachment_.now_us();
    std::vector<bool> seen(memory.pages, false);
    for (const LockedShard& shard : guard_.shards()) {
        set_deadlines_locked(shard, kNoExpiry);
        std::uint64_t entries = 0;
        for (const std::uint32_t number : index_pages_of(memory, shard.number, seen)) {
            each_entry_locked(shard, number, [&](const EntryRef& entry, const SlotRef& slot) {
                if (entry.era() >= shard.clear_era()) {
                    ++entries;
                    lower_next_expiry(memory.info(entry.page()), entry.deadline_word());
                } else if (!is_needed(memory, entry.era())) {
                    note_one_of_many_locked(shard, entry, layout::Removal::cleared, now_us);
                    unpublish(slot.bucket(), slot.slot);
                    drop_entry_locked(shard, entry, true);
                }
            });
        }
        shard.shard.entries.store(entries, kRelaxed);
    }
    if (noting_era(memory) == 0) count_from_here();
}

/// From now on entries older than clear_era count no live bytes.
void BulkWriter::count_from_here() noexcept {
    layout::Superblock& superblock = *attachment_.memory.superblock;
    superblock.counted_era.store(superblock.clear_era.load(kRelaxed), kRelaxed);
}

}  // namespace dummycache::store
