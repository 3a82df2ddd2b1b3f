// SPDX-License-Identifier: MIT
#include "store/cache/checkpoints.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "dummycache/error.hpp"
#include "ipc/kill_point.hpp"
#include "ipc/process/owned_name.hpp"
#include "store/checkpoint/rollback.hpp"
#include "store/checkpoint/undo.hpp"
#include "store/history/journal.hpp"

namespace dummycache::store {

namespace {

using Name = std::array<char, layout::kMaxCheckpointName + 1>;

/// The longest name that leaves its last word to the owner.
constexpr std::size_t kMaxOwnedName = layout::kOwnerWord * sizeof(std::uint64_t) - 1;

void store_name(layout::CheckpointRecord& record, std::string_view text, std::uint64_t owner) noexcept {
    Name name{};
    std::copy(text.begin(), text.end(), name.begin());
    for (std::size_t i = 0; i < std::size(record.name); ++i) {
        std::uint64_t word = 0;
        std::memcpy(&word, name.data() + i * sizeof word, sizeof word);
        record.name[i].store(word, kRelaxed);
    }
    if (text.size() <= kMaxOwnedName) record.name[layout::kOwnerWord].store(owner, kRelaxed);
}

}  // namespace

std::string name_of(const layout::CheckpointRecord& record) {
    Name name{};
    for (std::size_t i = 0; i < std::size(record.name); ++i) {
        const std::uint64_t word = record.name[i].load(kRelaxed);
        std::memcpy(name.data() + i * sizeof word, &word, sizeof word);
    }
    return {name.data(), ::strnlen(name.data(), layout::kMaxCheckpointName)};
}

std::uint64_t owner_of(const layout::CheckpointRecord& record) {
    return name_of(record).size() <= kMaxOwnedName ? record.name[layout::kOwnerWord].load(kRelaxed) : 0;
}

bool is_held(const layout::CheckpointRecord& record) noexcept { return record.released.load(kRelaxed) == 0; }

void check_checkpoint_name(std::string_view name, const char* what) {
    const bool printable = std::ranges::none_of(
        name, [](char letter) { return static_cast<unsigned char>(letter) < 0x20 || letter == '\x7f'; });
    if (!name.empty() && name.size() <= layout::kMaxCheckpointName && printable) return;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: the name of a checkpoint is 1 to {} bytes without control characters", what,
                            layout::kMaxCheckpointName));
}

namespace {

/// Pops the newest checkpoints until one is held.
void pop_released(const Memory& memory) noexcept {
    std::size_t depth = checkpoint_depth(memory);
    while (depth != 0 && !is_held(checkpoint_record(memory, depth - 1))) --depth;
    memory.superblock->depth.store(depth, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("checkpoint popped");
}

}  // namespace

void release_locked(const Memory& memory, const AllShardsGuard& guard, std::size_t index) {
    checkpoint_record(memory, index).released.store(1, std::memory_order_release);  // the commit
    DUMMYCACHE_KILL_POINT("checkpoint released");
    pop_released(memory);
    for (const LockedShard& shard : guard.shards()) {
        forget_noted_locked(shard);
        forget_stale_undo_locked(shard);
    }
}

std::optional<std::size_t> find_checkpoint(const Memory& memory, std::string_view name) {
    for (std::size_t k = checkpoint_depth(memory); k != 0; --k) {
        const layout::CheckpointRecord& record = checkpoint_record(memory, k - 1);
        if (is_held(record) && name_of(record) == name) return k - 1;
    }
    return std::nullopt;
}

std::size_t find_checkpoint_or_throw(const Attachment& attachment, const Memory& memory,
                                     std::string_view name, const char* what) {
    if (const auto index = find_checkpoint(memory, name)) {
        if (!is_lost(memory, checkpoint_record(memory, *index))) return *index;
        throw Error(
            ErrorCode::checkpoint_lost,
            fmt::format(
                "{}: the checkpoint '{}' of {} is lost: there was no room for it and for what was written "
                "since; the entries are as they are. Release it, and make a larger cache",
                what, name, described(*attachment.segment)));
    }
    throw Error(ErrorCode::no_checkpoint,
                fmt::format("{}: {} holds no checkpoint '{}'", what, described(*attachment.segment), name));
}

void take_checkpoint(Attachment& attachment, std::string_view name) {
    check_checkpoint_name(name, "checkpoint");
    const AllShardsGuard guard(attachment, "checkpoint");
    if (find_checkpoint(attachment.memory, name)) {
        throw Error(ErrorCode::checkpoint_exists,
                    fmt::format("checkpoint: {} holds one called '{}' already; roll back to it or release it",
                                described(*attachment.segment), name));
    }
    push_checkpoint_locked(attachment, guard, name);
}

void push_checkpoint_locked(Attachment& attachment, const AllShardsGuard& guard, std::string_view name,
                            Bulk bulk, std::uint64_t owner) {
    layout::Superblock& superblock = *attachment.memory.superblock;
    const std::size_t depth = checkpoint_depth(attachment.memory);
    const std::uint64_t era = superblock.era.load(kRelaxed) + 1;
    // One place is kept free for a bulk write.
    const std::size_t most = layout::kMaxCheckpoints - (bulk == Bulk::no);
    if (depth >= most || era > layout::kMaxEra) {
        throw Error(ErrorCode::full,
                    fmt::format("checkpoint: {} holds {} checkpoints, with those that were released below "
                                "others, and no more are possible; release the newest",
                                described(*attachment.segment), depth));
    }
    superblock.era.store(era, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("era raised for a checkpoint");
    layout::CheckpointRecord& record = checkpoint_record(attachment.memory, depth);
    store_name(record, name, owner);
    record.era.store(era, kRelaxed);
    record.clear_era.store(superblock.clear_era.load(kRelaxed), kRelaxed);
    record.clock.store(superblock.clock.load(kRelaxed), kRelaxed);
    record.released.store(0, kRelaxed);
    record.is_bulk.store(bulk == Bulk::yes, kRelaxed);
    record.taken_us.store(attachment.now_us(), kRelaxed);
    for (const LockedShard& locked : guard.shards()) {
        record.marks[locked.number].store(static_cast<std::uint32_t>(locked.shard.undo_count.load(kRelaxed)),
                                          kRelaxed);
        record.entries[locked.number].store(static_cast<std::uint32_t>(locked.shard.entries.load(kRelaxed)),
                                            kRelaxed);
        forget_noted_locked(locked);
    }
    DUMMYCACHE_KILL_POINT("checkpoint recorded");
    superblock.depth.store(depth + 1, std::memory_order_release);  // the commit
    DUMMYCACHE_KILL_POINT("checkpoint taken");
}

void roll_back(Attachment& attachment, std::string_view name) {
    check_checkpoint_name(name, "rollback");
    attachment.self.become_client();
    const AllShardsGuard guard(attachment, "rollback");
    roll_back_locked(attachment, guard,
                     find_checkpoint_or_throw(attachment, attachment.memory, name, "rollback"));
}

void roll_back_locked(Attachment& attachment, const AllShardsGuard& guard, std::size_t index) {
    attachment.memory.superblock->rollback_target.store(index + 1, std::memory_order_release);  // the commit
    DUMMYCACHE_KILL_POINT("rollback begun");
    finish_rollback_locked(guard.shards());
    note_whole_call(attachment, layout::Call::rollback, layout::Outcome::rolled_back, 0);
}

void release_checkpoint(Attachment& attachment, std::string_view name) {
    check_checkpoint_name(name, "release");
    const AllShardsGuard guard(attachment, "release");
    const auto index = find_checkpoint(attachment.memory, name);
    if (!index) static_cast<void>(find_checkpoint_or_throw(attachment, attachment.memory, name, "release"));
    release_locked(attachment.memory, guard, *index);
}

std::vector<std::string> held_checkpoints(const Memory& memory) {
    std::vector<std::string> names;
    for (std::size_t k = 0; k < checkpoint_depth(memory); ++k) {
        const layout::CheckpointRecord& record = checkpoint_record(memory, k);
        if (is_held(record)) names.push_back(name_of(record));
    }
    return names;
}

void release_owned_in_copy(const Memory& copy) {
    for (std::size_t k = 0; k < checkpoint_depth(copy); ++k) {
        layout::CheckpointRecord& record = checkpoint_record(copy, k);
        if (ipc::number_in(name_of(record))) record.released.store(1, std::memory_order_release);
    }
    pop_released(copy);
}

void drop_bulk_locked(const Memory& memory, const AllShardsGuard& guard) {
    if (is_bulk_write(memory)) release_locked(memory, guard, checkpoint_depth(memory) - 1);
}

std::vector<Checkpoint> list_checkpoints(Attachment& attachment) {
    const AllShardsGuard guard(attachment, "checkpoints");
    std::vector<Checkpoint> held;
    for (std::size_t k = 0; k < checkpoint_depth(attachment.memory); ++k) {
        const layout::CheckpointRecord& record = checkpoint_record(attachment.memory, k);
        if (!is_held(record)) continue;
        Checkpoint checkpoint;
        checkpoint.name = name_of(record);
        checkpoint.abandoned = ipc::is_abandoned(*attachment.segment, checkpoint.name);
        checkpoint.lost = is_lost(attachment.memory, record);
        checkpoint.taken = std::chrono::microseconds(
            std::min<std::uint64_t>(record.taken_us.load(kRelaxed), layout::kMaxDeadline));
        for (const LockedShard& shard : guard.shards()) {
            const std::uint64_t count = shard.shard.undo_count.load(kRelaxed);
            const std::uint64_t mark = record.marks[shard.number].load(kRelaxed);
            checkpoint.changes += count > mark ? count - mark : 0;
        }
        held.push_back(std::move(checkpoint));
    }
    return held;
}

}  // namespace dummycache::store
