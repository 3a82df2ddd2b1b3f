// SPDX-License-Identifier: MIT
// A file that appears under its name when it is whole and on the disk, in place of what was there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

/// What is there stays until finish(), also if the process is killed: then there is the old file or the new
/// one. It keeps the mode of the file that it replaces; where the path is a symbolic link, what that leads
/// to is replaced. A killed process leaves nothing else, but for an instant between two system calls, and on
/// file systems that know no nameless files: there PATH.PID.tmp.
/// A path that leads to something else than a regular file (a pipe, a device) is written straight; `-` is
/// standard output.
class NewFile {
public:
    /// Throws Error, as all calls do.
    explicit NewFile(const std::string& path);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    void write(std::string_view bytes);
    void finish();

private:
    void open_beside();
    void take_mode() const;
    void give_name();

    std::string path_;
    std::string temporary_;
    FileDescriptor file_;
    std::uint64_t written_ = 0;
    std::uint64_t begun_ = 0;  ///< up to here the disk was told to write
    bool straight_ = false;    ///< no regular file
    bool nameless_ = false;    ///< no name yet
    bool has_name_ = false;    ///< the temporary one
};

}  // namespace dummycache::ipc
