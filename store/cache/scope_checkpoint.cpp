// SPDX-License-Identifier: MIT
#include "store/cache/scope_checkpoint.hpp"

#include <fmt/format.h>

#include "dummycache/error.hpp"
#include "ipc/kill_point.hpp"
#include "store/cache/checkpoints.hpp"
#include "store/layout/checkpoint_record.hpp"

namespace dummycache::store {

namespace {

constexpr char kWhat[] = "sandbox";

/// Private memory dies with its process. After fork() the child has a copy, in which the parent's scopes go on.
bool is_of_dead_process(const Attachment& attachment, std::uint64_t owner) {
    return attachment.segment->name().kind != ipc::Kind::private_memory &&
           attachment.self.is_dead(layout::slot_of_token(owner), layout::generation_of_token(owner));
}

bool is_left_behind(const Attachment& attachment, const layout::CheckpointRecord& record,
                    std::optional<std::string_view> wanted) {
    const std::uint64_t owner = owner_of(record);
    return owner != 0 ? is_of_dead_process(attachment, owner) : name_of(record) == wanted;
}

/// The oldest of the checkpoints that were left behind and have none above them that is in use; `depth` if there is none.
std::size_t oldest_left_behind(const Attachment& attachment, std::optional<std::string_view> wanted) {
    std::size_t oldest = checkpoint_depth(attachment.memory);
    for (std::size_t k = oldest; k != 0; --k) {
        const layout::CheckpointRecord& record = checkpoint_record(attachment.memory, k - 1);
        if (!is_held(record)) continue;
        if (!is_left_behind(attachment, record, wanted)) break;
        oldest = k - 1;
    }
    return oldest;
}

/// Gives up the checkpoints from `oldest` on. Throws if one of them belonged to a scope.
void give_up_lost(const Attachment& attachment, const AllShardsGuard& guard, std::size_t oldest) {
    std::string scope;
    for (std::size_t k = checkpoint_depth(attachment.memory); k != oldest; --k) {
        const layout::CheckpointRecord& record = checkpoint_record(attachment.memory, k - 1);
        if (!is_held(record)) continue;
        if (owner_of(record) != 0) scope = name_of(record);
        release_locked(attachment.memory, guard, k - 1);
    }
    if (scope.empty()) return;
    throw Error(
        ErrorCode::checkpoint_lost,
        fmt::format(
            "sandbox: a process died inside the sandbox '{}' of {}, and its changes cannot be "
            "undone: there was no room for what they replaced. Clear the cache or load it again; then "
            "the next sandbox begins",
            scope, described(*attachment.segment)));
}

void undo_left_behind(Attachment& attachment, const AllShardsGuard& guard,
                      std::optional<std::string_view> wanted) {
    const std::size_t oldest = oldest_left_behind(attachment, wanted);
    if (oldest == checkpoint_depth(attachment.memory)) return;
    if (is_lost(attachment.memory, checkpoint_record(attachment.memory, oldest)))
        return give_up_lost(attachment, guard, oldest);
    roll_back_locked(attachment, guard, oldest);
    release_locked(attachment.memory, guard, oldest);
}

std::string free_name(const Memory& memory) {
    std::string name = kWhat;
    for (unsigned number = 2; find_checkpoint(memory, name); ++number)
        name = fmt::format("{}-{}", kWhat, number);
    return name;
}

std::optional<std::size_t> find(const Memory& memory, const ScopeCheckpoint& scope) {
    for (std::size_t k = checkpoint_depth(memory); k != 0; --k) {
        const layout::CheckpointRecord& record = checkpoint_record(memory, k - 1);
        if (is_held(record) && record.era.load(kRelaxed) == scope.era && owner_of(record) == scope.owner &&
            name_of(record) == scope.name)
            return k - 1;
    }
    return std::nullopt;
}

}  // namespace

ScopeCheckpoint begin_scope(Attachment& attachment, std::optional<std::string_view> wanted) {
    if (wanted) check_checkpoint_name(*wanted, kWhat);
    const AllShardsGuard guard(attachment, kWhat);
    undo_left_behind(attachment, guard, wanted);
    if (wanted && find_checkpoint(attachment.memory, *wanted)) {
        throw Error(
            ErrorCode::checkpoint_exists,
            fmt::format("sandbox: {} holds a checkpoint '{}' already, which is in use; take another name, or "
                        "release it",
                        described(*attachment.segment), *wanted));
    }
    ScopeCheckpoint scope;
    scope.name = wanted ? std::string(*wanted) : free_name(attachment.memory);
    push_checkpoint_locked(attachment, guard, scope.name, Bulk::no, attachment.self.token());
    const std::size_t depth = checkpoint_depth(attachment.memory);
    const layout::CheckpointRecord& record = checkpoint_record(attachment.memory, depth - 1);
    scope.era = record.era.load(kRelaxed);
    scope.owner = owner_of(record);
    return scope;
}

void end_scope(Attachment& attachment, const ScopeCheckpoint& scope) {
    attachment.self.become_client();
    const AllShardsGuard guard(attachment, kWhat);
    const auto index = find(attachment.memory, scope);
    if (!index) {
        throw Error(
            ErrorCode::no_checkpoint,
            fmt::format(
                "sandbox: {} holds the checkpoint '{}' of this scope no longer: it was released, or the "
                "cache was taken back to an earlier one; give tests that run side by side a cache each "
                "(%w in the name)",
                described(*attachment.segment), scope.name));
    }
    if (is_lost(attachment.memory, checkpoint_record(attachment.memory, *index))) {
        release_locked(attachment.memory, guard, *index);
        throw Error(
            ErrorCode::checkpoint_lost,
            fmt::format(
                "sandbox: the checkpoint '{}' of {} was lost: there was no room for it and for what was "
                "written since. The entries are as they are; clear the cache or load it again, and make "
                "it larger",
                scope.name, described(*attachment.segment)));
    }
    roll_back_locked(attachment, guard, *index);
    DUMMYCACHE_KILL_POINT("scope rolled back");
    release_locked(attachment.memory, guard, *index);
}

void drop_scopes_of_copy(const Memory& copy) noexcept {
    std::size_t depth = checkpoint_depth(copy);
    for (std::size_t k = 0; k < depth; ++k) {
        layout::CheckpointRecord& record = checkpoint_record(copy, k);
        if (owner_of(record) != 0) record.released.store(1, kRelaxed);
    }
    while (depth != 0 && !is_held(checkpoint_record(copy, depth - 1))) --depth;
    copy.superblock->depth.store(depth, kRelaxed);
}

}  // namespace dummycache::store
