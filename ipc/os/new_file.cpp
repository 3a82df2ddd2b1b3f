// SPDX-License-Identifier: MIT
// Writes a file without a name, and renames it at the end.
#include "ipc/os/new_file.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "ipc/kill_point.hpp"
#include "ipc/os/temporary_file.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::uint64_t kBatchBytes = std::uint64_t{8} << 20;

[[noreturn]] void fail(const std::string& what, const std::string& path) {
    throw system_error(errno, fmt::format("{} '{}'", what, path), "write elsewhere");
}

std::string behind_links(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::is_symlink(path, error)) return path;
    const std::filesystem::path real = std::filesystem::weakly_canonical(path, error);
    return error ? path : real.string();
}

}  // namespace

NewFile::NewFile(const std::string& path) : path_(path == "-" ? "<stdout>" : behind_links(path)) {
    struct stat there {};
    if (path == "-") {
        file_ = FileDescriptor(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
        straight_ = true;
    } else if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
        file_ = FileDescriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        straight_ = true;
    } else {
        open_beside();
    }
    if (!file_.valid()) fail("write", path_);
}

NewFile::~NewFile() {
    if (has_name_ && creator_.is_this_process()) ::unlink(temporary_.c_str());
}

void NewFile::open_beside() {
    remove_left_temporary_files(path_);
    file_ = FileDescriptor(::open(directory_of(path_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666));
    nameless_ = file_.valid();
    if (!nameless_) {
        file_ = make_temporary_file(path_, temporary_);
        has_name_ = file_.valid();
    }
    if (file_.valid()) take_mode();
}

void NewFile::take_mode() const {
    struct stat old {};
    if (::stat(path_.c_str(), &old) == 0) ::fchmod(file_.get(), old.st_mode & 07777);
}

void NewFile::write(std::string_view bytes) {
    written_ += bytes.size();
    if (!write_all(file_.get(), bytes)) fail("write", path_);
    if (straight_ || written_ - begun_ < kBatchBytes) return;
    // Start writing to the disk now, so that the sync at the end is short.
    ::sync_file_range(file_.get(), static_cast<off_t>(begun_), static_cast<off_t>(written_ - begun_),
                      SYNC_FILE_RANGE_WRITE);
    begun_ = written_;
}

void NewFile::finish() {
    if (straight_) return;
    if (::fsync(file_.get()) != 0) fail("write", path_);
    DUMMYCACHE_KILL_POINT("new_file.synced");
    if (nameless_) give_name();
    DUMMYCACHE_KILL_POINT("new_file.named");
    if (std::rename(temporary_.c_str(), path_.c_str()) != 0) fail("write", path_);
    has_name_ = false;
    DUMMYCACHE_KILL_POINT("new_file.renamed");
    const FileDescriptor folder(::open(directory_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.valid()) ::fsync(folder.get());
}

void NewFile::give_name() {
    if (!name_temporary_file(file_, path_, temporary_)) fail("write", path_);
    nameless_ = false;
    has_name_ = true;
}

}  // namespace dummycache::ipc
