// SPDX-License-Identifier: MIT
// Opens a file, or copies a stream to one.
#include "ipc/os/readable_file.hpp"

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace dummycache::ipc {

namespace {

constexpr std::size_t kCopyBytes = std::size_t{256} << 10;

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

}  // namespace

FileDescriptor spooled(const ReadableFile::Read& read) {
    const std::string folder = temporary_folder();
    FileDescriptor file = make_nameless(folder);
    std::vector<char> buffer(kCopyBytes);
    for (;;) {
        const std::string_view bytes(buffer.data(), read(buffer.data(), buffer.size()));
        if (bytes.empty()) break;
        if (!write_all(file.get(), bytes))
            fail(fmt::format("copy the input to a temporary file in '{}'", folder));
    }
    if (::lseek(file.get(), 0, SEEK_SET) != 0) fail(fmt::format("read the copy in '{}'", folder));
    return file;
}

ReadableFile::ReadableFile(const std::string& path)
    : name_(path == "-" ? "<stdin>" : path),
      file_(path == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                        : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status {};
    if (!file_.valid() || ::fstat(file_.get(), &status) != 0) fail(fmt::format("read '{}'", name_));
    // A redirected regular file may stand in its middle. The input is only what follows, so that is copied.
    const bool whole = S_ISREG(status.st_mode) && (path != "-" || ::lseek(file_.get(), 0, SEEK_CUR) == 0);
    if (!whole) {
        file_ = spooled([this](char* to, std::size_t most) {
            return bytes_read(name_, [&] { return ::read(file_.get(), to, most); });
        });
        if (::fstat(file_.get(), &status) != 0) fail(fmt::format("read '{}'", name_));
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
}

ReadableFile::ReadableFile(const Read& read, std::string name)
    : name_(std::move(name)), file_(spooled(read)) {
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0) fail(fmt::format("read '{}'", name_));
    size_ = static_cast<std::uint64_t>(status.st_size);
}

std::size_t ReadableFile::read_at(char* to, std::size_t most, std::uint64_t offset) const {
    return bytes_read(name_, [&] { return ::pread(file_.get(), to, most, static_cast<off_t>(offset)); });
}

}  // namespace dummycache::ipc
