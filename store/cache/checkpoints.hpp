// SPDX-License-Identifier: MIT
// Checkpoints: taken, gone back to, given up. All of it under the lock of all shards and every shard's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dummycache/stats.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

void take_checkpoint(Attachment& attachment, std::string_view name);
void roll_back(Attachment& attachment, std::string_view name);
void release_checkpoint(Attachment& attachment, std::string_view name);
[[nodiscard]] std::vector<Checkpoint> list_checkpoints(Attachment& attachment);

/// The index of a held checkpoint in `memory`, the cache's own or a copy.
[[nodiscard]] std::optional<std::size_t> find_checkpoint(const Memory& memory, std::string_view name);
/// The same of one that is not lost. Throws no_checkpoint, checkpoint_lost.
[[nodiscard]] std::size_t find_checkpoint_or_throw(const Attachment& attachment, const Memory& memory,
                                                   std::string_view name, const char* what);

/// Whether a checkpoint is one of a bulk write (bulk_writer.hpp).
enum class Bulk : std::uint8_t { no, yes };

/// Takes a checkpoint under locks that are held.
void push_checkpoint_locked(Attachment& attachment, const AllShardsGuard& guard, std::string_view name,
                            Bulk bulk = Bulk::no);
/// Gives up the checkpoint of a bulk write, if there is one.
void drop_bulk_locked(const Memory& memory, const AllShardsGuard& guard);

}  // namespace dummycache::store
