// SPDX-License-Identifier: MIT
#include "ipc/os/temporary_file.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc/os/random_bytes.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::string_view kBefore = ".dummycache-";
constexpr std::string_view kBehind = ".tmp";
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kAddedBytes = kBefore.size() + kRandomDigits + kBehind.size();
constexpr int kTries = 100;

/// What all temporary names for a path begin with, without the folder.
std::string prefix_for(const std::string& path) {
    const std::string last = path.substr(path.rfind('/') + 1);
    return last.substr(0, kLongestName - kAddedBytes).append(kBefore);
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

bool has_form(std::string_view name, std::string_view prefix) {
    if (name.size() != prefix.size() + kRandomDigits + kBehind.size()) return false;
    return name.starts_with(prefix) && name.ends_with(kBehind) &&
           std::ranges::all_of(name.substr(prefix.size(), kRandomDigits), is_random_digit);
}

/// A new name beside `path`; its last part is cut if a file system would not take it otherwise.
std::string new_temporary_path(const std::string& path) {
    return folder_of(path).append(prefix_for(path)).append(random_digits()).append(kBehind);
}

bool try_lock(int descriptor) noexcept { return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0; }

/// False if a process that looks for leftovers was faster: it has seen the file before the lock.
bool has_locked(const FileDescriptor& file, const std::string& path) {
    return try_lock(file.get()) && leads_to(path, file.get());
}

void remove_if_left(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != ::geteuid())
        return;
    const FileDescriptor file(open_no_follow(path, O_RDONLY));
    if (file.valid() && has_locked(file, path)) ::unlink(path.c_str());
}

}  // namespace

FileDescriptor make_temporary_file(const std::string& path, std::string& temporary, mode_t mode) {
    for (int i = 0; i < kTries; ++i) {
        temporary = new_temporary_path(path);
        FileDescriptor file(
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
        if (file.valid() ? has_locked(file, temporary) : errno != EEXIST) return file;
    }
    return FileDescriptor();
}

bool name_temporary_file(const FileDescriptor& file, const std::string& path, std::string& temporary) {
    static_cast<void>(try_lock(file.get()));  // it has no name, so nobody else can
    const std::string own = path_of_descriptor(file.get());
    for (int i = 0; i < kTries; ++i) {
        temporary = new_temporary_path(path);
        if (::linkat(AT_FDCWD, own.c_str(), AT_FDCWD, temporary.c_str(), AT_SYMLINK_FOLLOW) == 0) return true;
        if (errno != EEXIST) return false;
    }
    return false;
}

void remove_left_temporary_files(const std::string& path) {
    const std::string prefix = prefix_for(path);
    std::error_code error;
    for (std::filesystem::directory_iterator entry(directory_of(path), error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (has_form(name, prefix)) remove_if_left(folder_of(path) + name);
    }
}

}  // namespace dummycache::ipc
