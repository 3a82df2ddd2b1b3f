// SPDX-License-Identifier: MIT
// Writes a file without a name, and renames it at the end.
#include "ipc/os/new_file.hpp"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "ipc/kill_point.hpp"
#include "ipc/os/symbolic_links.hpp"
#include "ipc/os/temporary_file.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::uint64_t kBatchBytes = std::uint64_t{8} << 20;

[[noreturn]] void fail(const std::string& what, const std::string& path) {
    throw system_error(errno, fmt::format("{} '{}'", what, path), "write elsewhere");
}

/// A second descriptor of the same open file, which shares its place.
int open_own(const std::string& path, int number) {
    const int flags = ::fcntl(number, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) {
        throw Error(Fault::invalid_name,
                    fmt::format("cannot write '{0}': descriptor {1} is not open for writing; "
                                "redirect it, as in {1}>FILE",
                                path, number));
    }
    return ::fcntl(number, F_DUPFD_CLOEXEC, 3);
}

/// A descriptor for what another process has open, for example a shell its output. It is the same as ours if we
/// inherited it, and then it is shared with its place. Otherwise the bytes go to the end.
int open_like_other(const std::string& path, int number) {
    struct stat theirs {};
    if (::stat(path.c_str(), &theirs) == 0 && is_file(number, identity_of(theirs)))
        return ::fcntl(number, F_DUPFD_CLOEXEC, 3);
    return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
}

}  // namespace

NewFile::NewFile(const std::string& path) : path_(path == "-" ? "<stdout>" : followed(path)) {
    struct stat there {};
    if (path == "-") {
        open_straight(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    } else if (const auto own = own_descriptor(path_)) {
        open_straight(open_own(path_, *own));
    } else if (const auto number = others_descriptor(path_)) {
        open_straight(open_like_other(path_, *number));
    } else if (::stat(path_.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
        open_straight(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
    } else {
        open_beside();
    }
    if (!file_.valid()) fail("write", path_);
}

NewFile::~NewFile() {
    if (has_name_ && creator_.is_this_process()) ::unlink(temporary_.c_str());
}

void NewFile::open_straight(int descriptor) {
    file_ = FileDescriptor(descriptor);
    straight_ = true;
}

void NewFile::open_beside() {
    remove_left_temporary_files(path_);
    // Nobody may read the new file who may not read the old one, whatever its name is for now.
    struct stat old {};
    const mode_t mode = ::stat(path_.c_str(), &old) == 0 ? 0600 : 0666;
    file_ = FileDescriptor(::open(directory_of(path_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode));
    nameless_ = file_.valid() && ::access(path_of_descriptor(file_.get()).c_str(), F_OK) == 0;
    if (nameless_) return;
    file_ = make_temporary_file(path_, temporary_, mode);
    has_name_ = file_.valid();
}

/// The owner first: a change of it takes bits from the mode.
void NewFile::keep_owner_and_mode() const {
    struct stat old {};
    struct stat own {};
    if (::stat(path_.c_str(), &old) != 0 || ::fstat(file_.get(), &own) != 0) return;
    mode_t bits = old.st_mode & 07777;
    if (old.st_uid != own.st_uid || old.st_gid != own.st_gid) {
        const bool both = ::fchown(file_.get(), old.st_uid, old.st_gid) == 0;
        const bool group = both || ::fchown(file_.get(), static_cast<uid_t>(-1), old.st_gid) == 0;
        // Whoever runs a file with these bits gets the rights of its owner: never those of another one.
        if (!both) bits &= ~static_cast<mode_t>(S_ISUID);
        if (!group) bits &= ~static_cast<mode_t>(S_ISGID);
    }
    ::fchmod(file_.get(), bits);
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
    keep_owner_and_mode();
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
