// SPDX-License-Identifier: MIT
// Opens a file, or copies a stream to one while it is read.
#include "ipc/os/readable_file.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <fmt/format.h>

#include "ipc/os/symbolic_links.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::size_t kCopyBytes = std::size_t{256} << 10;
constexpr std::uint64_t kShortBytes = std::uint64_t{16} << 20;  // of a stream whose room is not looked at

[[noreturn]] void fail(const std::string& what) { throw system_error(errno, what, "set TMPDIR"); }

std::string temporary_folder() {
    std::error_code error;
    const std::string folder = std::filesystem::temp_directory_path(error).string();
    return error ? "/tmp" : folder;
}

FileDescriptor make_nameless(const std::string& folder) {
    FileDescriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (file.valid()) return file;
    std::string path = folder + "/dummycache.XXXXXX";
    FileDescriptor named(::mkostemp(path.data(), O_CLOEXEC));
    if (!named.valid()) fail(fmt::format("make a temporary file in '{}'", folder));
    ::unlink(path.c_str());
    return named;
}

/// How many bytes a reading system call got; repeats it after a signal.
template <class Call>
std::size_t bytes_read(const std::string& name, Call call) {
    for (;;) {
        const ssize_t count = call();
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) fail(fmt::format("read '{}'", name));
    }
}

/// A descriptor of the input. A name of one of ours is that one, with its place.
FileDescriptor open_input(const std::string& path) {
    const auto own = path == "-" ? std::optional<int>(STDIN_FILENO) : own_descriptor(path);
    return FileDescriptor(own ? ::fcntl(*own, F_DUPFD_CLOEXEC, 3)
                              : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

/// How long a stream may be whose first bytes were copied: half of the folder's room is left to others, and what is
/// longer than the machine's memory is no state that a cache here could have.
std::uint64_t most_bytes_of_stream(int copy, std::uint64_t copied) {
    const std::uint64_t memory = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                                 static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    struct statvfs system {};
    const bool known = ::fstatvfs(copy, &system) == 0 && system.f_blocks != 0;
    return known ? std::min<std::uint64_t>(memory, copied + system.f_bavail * system.f_frsize / 2) : memory;
}

}  // namespace

ReadableFile::ReadableFile(const std::string& path)
    : name_(path == "-" ? "<stdin>" : path), file_(open_input(path)) {
    struct stat status {};
    if (!file_.valid() || ::fstat(file_.get(), &status) != 0) fail(fmt::format("read '{}'", name_));
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        fail(fmt::format("read '{}'", name_));
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
    // A redirected regular file may stand in its middle. The input is only what follows, so that is copied.
    if (S_ISREG(status.st_mode) && ::lseek(file_.get(), 0, SEEK_CUR) == 0) return;
    FileDescriptor source = std::move(file_);
    become_stream([this](char* to, std::size_t most) {
        return bytes_read(name_, [&] { return ::read(stream_->source.get(), to, most); });
    });
    stream_->source = std::move(source);
}

ReadableFile::ReadableFile(Read read, std::string name) : name_(std::move(name)) {
    become_stream(std::move(read));
}

void ReadableFile::become_stream(Read read) {
    stream_ = std::make_unique<Stream>();
    stream_->read = std::move(read);
    stream_->folder = temporary_folder();
    stream_->buffer.resize(kCopyBytes);
    file_ = make_nameless(stream_->folder);
}

std::uint64_t ReadableFile::size() const noexcept {
    return is_stream() ? stream_->copied.load(std::memory_order_acquire) : size_;
}

bool ReadableFile::is_whole() const noexcept {
    return !is_stream() || stream_->ended.load(std::memory_order_acquire);
}

void ReadableFile::copy_up_to(std::uint64_t offset) const {
    const std::lock_guard lock(stream_->mutex);
    while (!is_whole() && size() <= offset) {
        const std::size_t count = stream_->read(stream_->buffer.data(), stream_->buffer.size());
        if (count == 0) {
            stream_->ended.store(true, std::memory_order_release);
            return;
        }
        if (!write_all(file_.get(), {stream_->buffer.data(), count}))
            fail(fmt::format("copy the input to a temporary file in '{}'", stream_->folder));
        stream_->copied.fetch_add(count, std::memory_order_release);
        check_length();
    }
}

void ReadableFile::check_length() const {
    if (stream_->most == 0 && size() > kShortBytes) stream_->most = most_bytes_of_stream(file_.get(), size());
    if (stream_->most == 0 || size() <= stream_->most) return;
    throw Error(Fault::no_space,
                fmt::format("cannot read '{}': it has no end, or more bytes than '{}' has room for, or than "
                            "this machine has memory; save it to a file, or set TMPDIR",
                            name_, stream_->folder));
}

std::size_t ReadableFile::read_at(char* to, std::size_t most, std::uint64_t offset) const {
    if (is_stream() && most != 0) copy_up_to(offset);
    return bytes_read(name_, [&] { return ::pread(file_.get(), to, most, static_cast<off_t>(offset)); });
}

}  // namespace dummycache::ipc
