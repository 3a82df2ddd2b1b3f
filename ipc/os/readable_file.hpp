// SPDX-License-Identifier: MIT
// A file that can be read at any place, more than once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

/// What cannot be read twice (a pipe, a terminal) is first copied to a temporary file without a name, in the
/// directory for temporary files; it is gone when it is closed, also by a kill.
class ReadableFile {
public:
    /// Gives the next bytes of a stream, 0 at its end.
    using Read = std::function<std::size_t(char* to, std::size_t most)>;

    /// `-` is standard input. Throws Error.
    explicit ReadableFile(const std::string& path);
    /// Copies what `read` gives.
    ReadableFile(const Read& read, std::string name);

    /// As messages call it.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// When it was opened.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// Up to `most` bytes from a place on; 0 at the end. Throws Error.
    [[nodiscard]] std::size_t read_at(char* to, std::size_t most, std::uint64_t offset) const;

private:
    std::string name_;
    FileDescriptor file_;
    std::uint64_t size_ = 0;
};

}  // namespace dummycache::ipc
