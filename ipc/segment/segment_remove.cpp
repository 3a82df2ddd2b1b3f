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
#include "ipc/segment/object_reader.hpp"
#include "ipc/segment/refusal.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

namespace {

/// Does nothing if the segment is damaged, for then no process can attach to it.
void mark_removed(const Backing& backing, const layout::Identity& identity, std::uint64_t bytes) {
    if (!check_identity(identity, bytes).reason.empty()) return;
    const auto region =
        backing.map(sizeof(std::uint64_t), identity.superblock_offset + offsetof(layout::Superblock, state));
    static_cast<std::atomic<std::uint64_t>*>(region.get_address())
        ->store(static_cast<std::uint64_t>(layout::SegmentState::removed), std::memory_order_release);
}

bool remove_locked(const SegmentName& name) {
    const Backing backing = Backing::open(name);
    const struct stat status = status_of(backing.descriptor(), name.path);
    if (is_empty_file(name, status)) throw no_such_cache(name);
    if (status.st_uid != ::geteuid()) {
        throw Error(Fault::no_permission,
                    fmt::format("cannot remove {}: it belongs to user {}; ask that user to", name.path,
                                status.st_uid));
    }
    const auto identity = S_ISREG(status.st_mode) ? read_identity(backing.descriptor()) : std::nullopt;
    const bool ours = identity && has_magic(*identity);
    // In shared memory the form of the name is ours, so a damaged object may go too.
    if (!S_ISREG(status.st_mode) || (name.kind == Kind::file && !ours)) throw no_segment(name, status);
    if (ours) mark_removed(backing, *identity, static_cast<std::uint64_t>(status.st_size));
    DUMMYCACHE_KILL_POINT("remove.marked");
    if (::unlink(name.path.c_str()) != 0) throw system_error(errno, "remove " + name.path);
    DUMMYCACHE_KILL_POINT("remove.unlinked");
    return true;
}

}  // namespace

bool Segment::remove(const SegmentName& name, std::uint64_t lock_timeout_ms) {
    try {
        const CreationLock lock(name, lock_timeout_ms);
        ::unlink(temporary_path(name).c_str());
        return remove_locked(name);
    } catch (const Error& failure) {
        if (failure.fault() == Fault::not_found) return false;
        throw;
    }
}

}  // namespace dummycache::ipc
