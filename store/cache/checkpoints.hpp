// SPDX-License-Identifier: MIT
// Checkpoints: taking one, going back to it, giving it up. All of it under the lock of all shards and every
// shard's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dummycache/stats.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

void take_checkpoint(Attachment& attachment, std::string_view name);
void roll_back(Attachment& attachment, std::string_view name);
void release_checkpoint(Attachment& attachment, std::string_view name);
[[nodiscard]] std::vector<Checkpoint> list_checkpoints(Attachment& attachment);

/// Names of the held checkpoints, the oldest first. Takes no lock: meanwhile others may take or release some.
[[nodiscard]] std::vector<std::string> held_checkpoints(const Memory& memory);
/// In a copy of a cache that nobody else sees yet: releases the checkpoints that belong to a process, which goes
/// back in the original and not in the copy.
void release_owned_in_copy(const Memory& copy);

/// The index of a held checkpoint by its name. `memory`: the cache's own, or a copy of it. Nothing if there
/// is none.
[[nodiscard]] std::optional<std::size_t> find_checkpoint(const Memory& memory, std::string_view name);
/// The same, for a checkpoint that is not lost. Throws no_checkpoint, checkpoint_lost.
[[nodiscard]] std::size_t find_checkpoint_or_throw(const Attachment& attachment, const Memory& memory,
                                                   std::string_view name, const char* what);

/// The parts of a record.
[[nodiscard]] std::string name_of(const layout::CheckpointRecord& record);
[[nodiscard]] bool is_held(const layout::CheckpointRecord& record) noexcept;
/// The token of the process whose scope the checkpoint belongs to; 0 if it belongs to no scope, or if its name is too
/// long to have an owner behind it (layout::kOwnerWord).
[[nodiscard]] std::uint64_t owner_of(const layout::CheckpointRecord& record);

/// Throws invalid_argument. `what` names the call in messages.
void check_checkpoint_name(std::string_view name, const char* what);

/// Whether a checkpoint belongs to a bulk write (cache/bulk_writer.hpp).
enum class Bulk : std::uint8_t { no, yes };

/// Takes a checkpoint. The caller holds all locks, by `guard`.
void push_checkpoint_locked(Attachment& attachment, const AllShardsGuard& guard, std::string_view name,
                            Bulk bulk = Bulk::no, std::uint64_t owner = 0);
/// Goes back to a checkpoint that is not lost. The caller holds all locks, by `guard`.
void roll_back_locked(Attachment& attachment, const AllShardsGuard& guard, std::size_t index);
/// Gives up a checkpoint that is held. The caller holds all locks, by `guard`.
void release_locked(const Memory& memory, const AllShardsGuard& guard, std::size_t index);
/// Drops the checkpoint of a bulk write, if there is one. The caller holds all locks.
void drop_bulk_locked(const Memory& memory, const AllShardsGuard& guard);

}  // namespace dummycache::store
