// SPDX-License-Identifier: MIT
// A file that can be read at any place, more than once.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

/// A pipe, a terminal or a device can be read once only. What comes from it is copied to a temporary file without a
/// name, in the directory for temporary files, as far as somebody reads: so a reader that meets bad bytes stops, and
/// an endless stream is not read for ever. A copy that takes half of the directory's room, or more bytes than the
/// machine has memory, ends with an error. It is gone when it is closed, also after a kill. Threads may call read_at at the same time.
class ReadableFile {
public:
    /// Gives the next bytes of a stream, 0 at its end.
    using Read = std::function<std::size_t(char* to, std::size_t most)>;

    /// `-` is standard input. A path that names a descriptor, such as /dev/stdin, is that descriptor. Throws Error.
    explicit ReadableFile(const std::string& path);
    /// Copies what `read` gives; `name` stands in messages. Throws Error.
    ReadableFile(Read read, std::string name);
    ReadableFile(const ReadableFile&) = delete;
    ReadableFile& operator=(const ReadableFile&) = delete;

    /// For messages: the path, or `<stdin>`.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// In bytes: of a file at the time of opening, of a stream what was copied so far.
    [[nodiscard]] std::uint64_t size() const noexcept;
    /// Whether it is copied while it is read.
    [[nodiscard]] bool is_stream() const noexcept { return stream_ != nullptr; }
    /// Whether size() will not grow.
    [[nodiscard]] bool is_whole() const noexcept;
    /// Reads up to `most` bytes from byte `offset` on; returns how many, 0 at the end. Waits for a stream, but not
    /// longer than until it gives one byte of these. Throws Error, and what the stream's `read` throws.
    [[nodiscard]] std::size_t read_at(char* to, std::size_t most, std::uint64_t offset) const;

private:
    struct Stream {
        std::mutex mutex;
        Read read;
        FileDescriptor source;  ///< that `read` reads, if it is ours
        std::string folder;     ///< of the copy
        std::vector<char> buffer;
        std::atomic<std::uint64_t> copied{0};
        std::atomic<bool> ended{false};
        std::uint64_t most = 0;  ///< bytes; 0: not known yet
    };

    void become_stream(Read read);
    void copy_up_to(std::uint64_t offset) const;
    void check_length() const;

    std::string name_;
    FileDescriptor file_;
    std::uint64_t size_ = 0;
    std::unique_ptr<Stream> stream_;
};

}  // namespace dummycache::ipc
