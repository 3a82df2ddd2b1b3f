// SPDX-License-Identifier: MIT
// System calls on descriptors.
#include "ipc/os/file_descriptor.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "ipc/os/blocked_signals.hpp"

namespace dummycache::ipc {

namespace {

struct flock one_byte(short type, std::int64_t byte) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = byte;
    lock.l_len = 1;
    return lock;
}

Fault fault_of(int error) {
    switch (error) {
        case EACCES:
        case EPERM:
        case EROFS: return Fault::no_permission;
        case ENOENT:
        case ENOTDIR: return Fault::not_found;
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
        case ENOMEM: return Fault::no_space;
        case ELOOP:
        case EISDIR: return Fault::not_a_file;
        case ENODEV:
        case ENXIO:
        case ETXTBSY: return Fault::not_a_segment;
        default: return Fault::system;
    }
}

const char* more_room(int error) {
    switch (error) {
        case EFBIG: return "raise the limit on the size of files (ulimit -f)";
        case ENOMEM: return "raise the limit on this process's memory (ulimit -v)";
        default: return "free some space there";
    }
}

std::string advice_for(int error, const char* otherwise) {
    switch (fault_of(error)) {
        case Fault::no_permission: return "check who owns it and its mode";
        case Fault::not_found: return "check the path";
        case Fault::no_space: return fmt::format("{}, or {}", more_room(error), otherwise);
        case Fault::not_a_file: return "give the path of a file";
        case Fault::not_a_segment: return "choose another name";
        default: return "check the limits of the system";
    }
}

}  // namespace

FileDescriptor::~FileDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

int open_no_follow(const std::string& path, int flags, unsigned mode) noexcept {
    // O_NONBLOCK: a name may lead to a pipe or a device, and opening it must not wait.
    const int all_flags = flags | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int descriptor = -1;
    do {
        descriptor = ::open(path.c_str(), all_flags, mode);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

bool try_lock_byte(int descriptor, std::int64_t byte) noexcept {
    struct flock lock = one_byte(F_WRLCK, byte);
    return ::fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

bool share_byte(int descriptor, std::int64_t byte) noexcept {
    struct flock lock = one_byte(F_RDLCK, byte);
    return ::fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

void unlock_byte(int descriptor, std::int64_t byte) noexcept {
    struct flock lock = one_byte(F_UNLCK, byte);
    ::fcntl(descriptor, F_OFD_SETLK, &lock);
}

ByteState state_of_byte(int descriptor, std::int64_t byte) noexcept {
    return state_of_bytes(descriptor, byte, 1);
}

ByteState state_of_bytes(int descriptor, std::int64_t first, std::int64_t count) noexcept {
    struct flock lock = one_byte(F_WRLCK, first);
    lock.l_len = count;
    if (::fcntl(descriptor, F_OFD_GETLK, &lock) != 0) return ByteState::unknown;
    return lock.l_type == F_UNLCK ? ByteState::free : ByteState::locked;
}

Error system_error(int error, const std::string& what, const char* otherwise) {
    return {fault_of(error), fmt::format("cannot {}: {}; {}", what, std::generic_category().message(error),
                                         advice_for(error, otherwise))};
}

struct stat status_of(int descriptor, const std::string& path) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) throw system_error(errno, "look at " + path);
    return status;
}

bool write_all(int descriptor, std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t written =
            without_its_signal([&] { return ::write(descriptor, bytes.data(), bytes.size()); });
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::string path_of_descriptor(int descriptor) { return fmt::format("/proc/self/fd/{}", descriptor); }

std::string directory_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_file(int descriptor, const FileIdentity& file) noexcept {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 && identity_of(status) == file;
}

bool leads_to(const std::string& path, const FileIdentity& file) noexcept {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && identity_of(status) == file;
}

bool leads_to(const std::string& path, int descriptor) noexcept {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 && leads_to(path, identity_of(status));
}

}  // namespace dummycache::ipc
