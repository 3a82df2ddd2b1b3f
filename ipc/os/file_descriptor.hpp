// SPDX-License-Identifier: MIT
// Descriptors, locks on bytes, which file is which, and the errors of system calls.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <sys/stat.h>

#include "ipc/error.hpp"

namespace dummycache::ipc {

/// Owns a descriptor and closes it. -1 is none. For one thread at a time.
class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
    FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~FileDescriptor();

    [[nodiscard]] int get() const noexcept { return descriptor_; }
    [[nodiscard]] bool valid() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] int release() noexcept { return std::exchange(descriptor_, -1); }

private:
    int descriptor_ = -1;
};

/// open() that follows no symbolic link in the last part of the path, is closed on exec, waits for no pipe or
/// device, and starts again after a signal. -1 on failure, with errno.
[[nodiscard]] int open_no_follow(const std::string& path, int flags, unsigned mode = 0) noexcept;

/// Takes the write lock of one byte; false if another holds it or the call fails. Never waits. `byte` counts from
/// the object's begin and may lie behind its end. The lock belongs to the open file description: all threads that
/// use this descriptor share it, and so does a forked child. The kernel drops it when the last copy of the
/// descriptor and the last mapping made through it are gone, so also after a kill.
[[nodiscard]] bool try_lock_byte(int descriptor, std::int64_t byte) noexcept;
/// Takes a read lock of the byte, which any number of descriptors can hold; false if another one holds the write
/// lock, or if the call fails. Otherwise as try_lock_byte.
[[nodiscard]] bool share_byte(int descriptor, std::int64_t byte) noexcept;
void unlock_byte(int descriptor, std::int64_t byte) noexcept;

enum class ByteState : std::uint8_t { free, locked, unknown };
/// Whether another open file description holds the lock of the byte. One system call.
[[nodiscard]] ByteState state_of_byte(int descriptor, std::int64_t byte) noexcept;
/// The same of `count` bytes, 0 for all that follow: free if all of them are.
[[nodiscard]] ByteState state_of_bytes(int descriptor, std::int64_t first, std::int64_t count) noexcept;

/// The error of a failed system call: "cannot WHAT: REASON; ADVICE". `error` is an errno. If there is no space left, or
/// a file would become larger than RLIMIT_FSIZE allows, the advice ends with ", or OTHERWISE".
[[nodiscard]] Error system_error(int error, const std::string& what,
                                 const char* otherwise = "choose a smaller capacity");

/// fstat(); `path` stands in the message of the Error that it throws.
[[nodiscard]] struct stat status_of(int descriptor, const std::string& path);

/// Writes all of the bytes, also if a signal or a full pipe cuts a write() short. False if it fails; errno then
/// says why, and how much was written is unknown. The signal of a failed write (SIGXFSZ, SIGPIPE) reaches nobody.
[[nodiscard]] bool write_all(int descriptor, std::string_view bytes) noexcept;

/// A path under which this process can open the object of a descriptor again, even if it has no name left.
[[nodiscard]] std::string path_of_descriptor(int descriptor);

/// The directory that a path lies in; "." if the path has no slash.
[[nodiscard]] std::string directory_of(const std::string& path);

/// What tells one file from every other that exists at the same time.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const FileIdentity&) const = default;
};
[[nodiscard]] inline FileIdentity identity_of(const struct stat& status) noexcept {
    return {status.st_dev, status.st_ino};
}

/// Whether the descriptor is one of this very file; false if it is closed. One system call.
[[nodiscard]] bool is_file(int descriptor, const FileIdentity& file) noexcept;

/// Whether the path leads to this very file, and not by a symbolic link. One system call.
[[nodiscard]] bool leads_to(const std::string& path, const FileIdentity& file) noexcept;
/// The same for the file of an open descriptor. Two system calls.
[[nodiscard]] bool leads_to(const std::string& path, int descriptor) noexcept;

}  // namespace dummycache::ipc
