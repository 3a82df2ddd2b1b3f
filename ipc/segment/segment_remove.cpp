// SPDX-License-Identifier: MIT
// Marks a segment as removed, so that attached processes notice, and unlinks its name.
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "ipc/kill_point.hpp"
#include "ipc/segment/backing.hpp"
#include "ipc/segment/creation_lock.hpp"
#include "ipc/segment/identity.hpp"
#include "ipc/segment/not_found.hpp"
#include "ipc/segment/refusal.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

namespace {

/// Does nothing if the segment is damaged, for then no process can attach to it.
void set_state(const Backing& backing, const layout::Identity& identity, std::uint64_t bytes,
               layout::SegmentState state) {
    if (!check_identity(identity, bytes).reason.empty()) return;
    const auto region =
        backing.map(sizeof(std::uint64_t), identity.superblock_offset + offsetof(layout::Superblock, state));
    static_cast<std::atomic<std::uint64_t>*>(region.get_address())
        ->store(static_cast<std::uint64_t>(state), std::memory_order_seq_cst);
}

enum class Which : std::uint8_t { any, unused };

Segment::Removal remove_locked(const SegmentName& name, Which which) {
    const Backing backing = Backing::open(name);
    const struct stat status = status_of(backing.descriptor(), name.path);
    if (is_empty_file(name, status)) throw no_such_cache(name);
    if (status.st_uid != ::geteuid()) {
        throw Error(Fault::no_permission,
                    fmt::format("cannot remove {}: it belongs to user {}; ask that user to", name.path,
                                status.st_uid));
    }
    const auto identity = identity_of_ours(name, backing.descriptor(), status);
    const auto mark = [&](layout::SegmentState state) {
        if (identity) set_state(backing, *identity, static_cast<std::uint64_t>(status.st_size), state);
    };
    if (which == Which::unused && Segment::in_use(name)) return Segment::Removal::in_use;
    mark(layout::SegmentState::removed);
    // A process that attaches locks its byte before it looks at the mark. So it is seen here, or it sees the mark.
    if (which == Which::unused && Segment::in_use(name)) {
        mark(layout::SegmentState::ready);
        return Segment::Removal::in_use;
    }
    DUMMYCACHE_KILL_POINT("remove.marked");
    if (::unlink(name.path.c_str()) != 0) throw system_error(errno, "remove " + name.path);
    DUMMYCACHE_KILL_POINT("remove.unlinked");
    return Segment::Removal::removed;
}

Segment::Removal remove_any(const SegmentName& name, std::uint64_t lock_timeout_ms, Which which) {
    refuse_others(name, "remove");
    try {
        const CreationLock lock(name, lock_timeout_ms);
        ::unlink(temporary_path(name).c_str());
        return remove_locked(name, which);
    } catch (const Error& failure) {
        if (failure.fault() == Fault::not_found) return Segment::Removal::absent;
        throw;
    }
}

}  // namespace

bool Segment::remove(const SegmentName& name, std::uint64_t lock_timeout_ms) {
    return remove_any(name, lock_timeout_ms, Which::any) == Removal::removed;
}

Segment::Removal Segment::remove_unused(const SegmentName& name, std::uint64_t lock_timeout_ms) {
    return remove_any(name, lock_timeout_ms, Which::unused);
}

}  // namespace dummycache::ipc
