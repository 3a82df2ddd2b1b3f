// SPDX-License-Identifier: MIT
#include "tools/cli/commands/recording_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/cli/commands/snapshot_file.hpp"
#include "tools/cli/input.hpp"
#include "tools/cli/process/exit_code.hpp"

namespace dummycache::cli {

namespace {

constexpr unsigned kMode = 0666;  // less what the umask takes away

[[noreturn]] void throw_cannot_write(const std::string& path, int error) {
    throw Failure(exit_of_errno(error), "cannot write the recording '" + path + "': " + std::strerror(error) +
                                            "; choose another file, or free some space there");
}

/// Whether something has the path that is no regular file, or is one of this process's own descriptors.
bool is_written_as_it_is(const std::string& path) {
    struct stat status {};
    if (path.starts_with("/dev/") || path.starts_with("/proc/")) return true;
    return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

/// Refuses what would be lost. Returns where the lines go first; empty: to the file itself.
std::string checked_part(const std::string& path) {
    if (path == "-")
        throw Failure(Exit::usage, "a recording has to be a file: standard output is the command's");
    if (is_cache_file(path))
        throw Failure(Exit::usage, "'" + path + "' holds a cache; name another file for the recording");
    return is_written_as_it_is(path) ? "" : path + ".part";
}

/// A pipe that nobody reads is an error and no reason to wait. `part` is emptied only if no other recorder has it.
int open_file(const std::string& path, const std::string& part) {
    const std::string& opened = part.empty() ? path : part;
    const int flags = O_WRONLY | O_CLOEXEC | O_APPEND | O_NONBLOCK | (part.empty() ? 0 : O_CREAT);
    const int file = ::open(opened.c_str(), flags, kMode);
    if (file < 0 && errno == ENXIO)
        throw Failure(Exit::absent, "nobody reads the pipe '" + path + "'; begin with the reader");
    if (file < 0) throw_cannot_write(path, errno);
    ::fcntl(file, F_SETFL, O_APPEND);
    if (part.empty()) return file;
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        ::close(file);
        throw Failure(Exit::refused, "another recording into '" + path + "' goes on; name another file");
    }
    if (::ftruncate(file, 0) != 0) {
        const int error = errno;
        ::close(file);
        throw_cannot_write(path, error);
    }
    return file;
}

}  // namespace

RecordingFile::RecordingFile(const std::string& path)
    : path_(path), part_(checked_part(path)), file_(open_file(path, part_)) {}

RecordingFile::~RecordingFile() {
    if (!part_.empty()) ::unlink(part_.c_str());
}

bool RecordingFile::write(std::string_view bytes) noexcept {
    while (!bytes.empty() && error_ == 0) {
        const ssize_t written = ::write(file_.number(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) error_ = errno;
        if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return error_ == 0;
}

void RecordingFile::keep() {
    if (part_.empty()) return;
    if (std::rename(part_.c_str(), path_.c_str()) != 0) throw_cannot_write(path_, errno);
    part_.clear();
}

}  // namespace dummycache::cli
