// SPDX-License-Identifier: MIT
// The lock file beside a segment.
#include "ipc/segment/creation_lock.hpp"

#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "ipc/kill_point.hpp"
#include "ipc/machine_clock.hpp"
#include "ipc/os/file_descriptor.hpp"
#include "ipc/segment/not_found.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::chrono::milliseconds kNap{2};
constexpr char kLockFamily[] = "dummycache-lock";

/// In the folder of the segment: `family` in shared memory, `.family` behind the name of a file.
std::string beside(const SegmentName& name, const std::string& family) {
    return name.kind == Kind::file ? name.path + "." + family : shared_path(family, name.text);
}

PrivateDescriptor open_lock_file(const std::string& path, const SegmentName& name) {
    PrivateDescriptor file([&path] { return open_no_follow(path, O_RDWR | O_CREAT, 0600); });
    const int error = errno;
    struct stat status {};
    if (!file.valid()) {
        if (error == ENOENT || error == ENOTDIR) throw no_such_directory(name);
        throw system_error(error, "open the lock file " + path);
    }
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != ::geteuid()) {
        throw Error(Fault::no_permission,
                    fmt::format("the lock file {} belongs to somebody else; have it removed", path));
    }
    return file;
}

}  // namespace

std::string temporary_path(const SegmentName& name) { return beside(name, kTemporaryFamily); }

std::string lock_path(const SegmentName& name) { return beside(name, kLockFamily); }

CreationLock::CreationLock(const SegmentName& name, std::uint64_t timeout_ms) : path_(lock_path(name)) {
    const auto begin = steady_now();
    for (;;) {
        if (!file_.valid()) file_ = open_lock_file(path_, name);
        const bool locked = try_lock_byte(file_.get(), 0);
        if (!leads_to(path_, file_.get())) {
            file_ = PrivateDescriptor();
            continue;
        }
        if (locked) break;
        if (steady_now() - begin >= std::chrono::milliseconds(timeout_ms)) {
            throw Error(
                Fault::busy,
                fmt::format("another process is creating or removing the cache {} (it holds {}); try again",
                            name.text, path_));
        }
        std::this_thread::sleep_for(kNap);
    }
    DUMMYCACHE_KILL_POINT("creation_lock.taken");
}

CreationLock::~CreationLock() {
    if (!creator_.is_this_process()) return;  // it is the parent's lock
    DUMMYCACHE_KILL_POINT("creation_lock.before_unlink");
    ::unlink(path_.c_str());
    DUMMYCACHE_KILL_POINT("creation_lock.unlinked");
}

}  // namespace dummycache::ipc
