// SPDX-License-Identifier: MIT
// Which segments there are, and what is left of those that nobody uses.
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "ipc/error.hpp"
#include "ipc/os/file_descriptor.hpp"
#include "ipc/segment/creation_lock.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

std::vector<std::string> Segment::list() { return shared_names(kSegmentFamily); }

bool Segment::in_use(const SegmentName& name) {
    // No cache makes anything but a regular file. Anything else is left alone.
    struct stat status {};
    if (::lstat(name.path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) return true;
    const FileDescriptor object(open_no_follow(name.path, O_RDWR));
    if (!object.valid()) throw system_error(errno, "open the cache " + name.path);
    // Of this byte and all that follow.
    return state_of_bytes(object.get(), layout::kLivenessBase, 0) != ByteState::free;
}

std::vector<SegmentName> Segment::list_unfinished() {
    std::vector<SegmentName> found;
    for (const std::string& name : shared_names(kTemporaryFamily)) found.push_back(parse_name(name));
    return found;
}

bool Segment::remove_unfinished(const SegmentName& name, bool dry_run) {
    try {
        const CreationLock lock(name, 0);
        if (!dry_run && ::unlink(temporary_path(name).c_str()) != 0 && errno != ENOENT)
            throw system_error(errno, "remove " + temporary_path(name));
        return true;
    } catch (const Error& error) {
        if (error.fault() == Fault::busy) return false;
        throw;
    }
}

}  // namespace dummycache::ipc
