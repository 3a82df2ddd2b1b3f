// SPDX-License-Identifier: MIT
// A file that can be read at any place, more than once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

/// A pipe or a terminal can be read once only, so it is first copied to a temporary file without a name, in the
/// directory for temporary files. The copy is gone when it is closed, also after a kill. Threads may call read_at
/// at the same time.
class ReadableFile {
public:
    /// Gives the next bytes of a stream, 0 at its end.
    using Read = std::function<std::size_t(char* to, std::size_t most)>;

    /// `-` is standard input. Throws Error. Reads a pipe to its end before it returns.
    explicit ReadableFile(const std::string& path);
    /// Copies all bytes that `read` gives; `name` stands in messages. Throws Error, and what `read` throws.
    ReadableFile(const Read& read, std::string name);

    /// For messages: the path, or `<stdin>`.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// In bytes, at the time of opening.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// Reads up to `most` bytes from byte `offset` on; returns how many, 0 at the end. Throws Error.
    [[nodiscard]] std::size_t read_at(char* to, std::size_t most, std::uint64_t offset) const;

private:
    std::string name_;
    FileDescriptor file_;
    std::uint64_t size_ = 0;
};

/// Copies all bytes that `read` gives to a temporary file without a name, in the directory for temporary files. The
/// descriptor is at the first byte. Throws Error, and what `read` throws. The copy is gone when it is closed, also after a
/// kill.
[[nodiscard]] FileDescriptor spooled(const ReadableFile::Read& read);

}  // namespace dummycache::ipc
