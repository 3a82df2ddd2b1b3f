// SPDX-License-Identifier: MIT
// The file of a recording: FILE.part while it is written, FILE once it is whole.
//
// So an older FILE stays until the new one is whole, a recorder that is killed leaves what it has written under FILE.part, and two
// recorders do not mix their lines. What is no regular file (a pipe, a terminal, /dev/stdout) is written as it is.
#pragma once

#include <string>
#include <string_view>

#include "tools/cli/process/descriptor.hpp"

namespace dummycache::cli {

class RecordingFile {
public:
    /// Throws Failure if it cannot be written, if it holds a cache, or if another recorder writes it.
    explicit RecordingFile(const std::string& path);
    RecordingFile(const RecordingFile&) = delete;
    RecordingFile& operator=(const RecordingFile&) = delete;
    /// Without a call of keep() the file is as it was before.
    ~RecordingFile();

    /// False, once and for all, if not all could be written; error() says why.
    bool write(std::string_view bytes) noexcept;
    [[nodiscard]] int error() const noexcept { return error_; }
    /// Gives it its name. Throws Failure.
    void keep();
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
    std::string part_;  ///< empty: the file itself is written
    Descriptor file_;
    int error_ = 0;
};

}  // namespace dummycache::cli
