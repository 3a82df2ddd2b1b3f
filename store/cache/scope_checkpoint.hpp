// SPDX-License-Identifier: MIT
// Checkpoints that belong to a scope of one process (dummycache/sandbox.hpp).
//
// Such a checkpoint carries its owner, the token of that process. So another process can tell a checkpoint that is in use
// from one that a killed process left. A checkpoint is recognised by its era, which no other one ever has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/layout/attachment.hpp"

namespace dummycache::store {

struct ScopeCheckpoint {
    std::string name;
    std::uint64_t era = 0;
    std::uint64_t owner = 0;  ///< as owner_of (cache/checkpoints.hpp)
};

/// Undoes the scopes that dead processes left at the top of the stack, and takes a checkpoint. Without a name it takes
/// the first free one of "sandbox", "sandbox-2", ... A checkpoint of the name that has no owner counts as left behind. All
/// of it is one step for other processes. Throws checkpoint_exists; checkpoint_lost if the changes of a dead process
/// cannot be undone (its checkpoints are given up, so the next call goes on); and what Cache::checkpoint throws. Killed
/// inside: nothing, or a scope of a dead process.
[[nodiscard]] ScopeCheckpoint begin_scope(Attachment& attachment, std::optional<std::string_view> wanted);

/// Goes back to the checkpoint and gives it up. Throws checkpoint_lost, after giving it up; no_checkpoint; busy; removed.
/// Killed inside: the scope of a dead process.
void end_scope(Attachment& attachment, const ScopeCheckpoint& scope);

/// In a copy of a cache that has no name yet: gives up the checkpoints of scopes. These belong to the cache itself.
void drop_scopes_of_copy(const Memory& copy) noexcept;

}  // namespace dummycache::store
