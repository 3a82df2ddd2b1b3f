// SPDX-License-Identifier: MIT
// A file that appears under its name when it is whole and on the disk, in place of what was there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ipc/os/file_descriptor.hpp"
#include "ipc/os/fork_registry.hpp"

namespace dummycache::ipc {

/// The old file stays until finish(). A process that is killed leaves either the old file or the new one. It
/// leaves a temporary file beside it as well if it dies in one short moment of finish(), or where there are no files
/// without a name: on some file systems, and without /proc. The next NewFile of that path removes what killed
/// processes left.
///
/// The new file has the owner, the group and the mode of the file that it replaces, as far as the system allows.
/// If the path is a symbolic link, the file that the link leads to is replaced or made. These are written
/// directly, from where they stand, and nothing is replaced: a pipe, a device, and a path that names a
/// descriptor, such as /dev/stdout or /dev/fd/3. `-` is standard output. For one thread. A forked child may destroy
/// it, and does nothing else with it.
class NewFile {
public:
    /// Throws Error if a system call fails, as all calls of this class do.
    explicit NewFile(const std::string& path);
    ~NewFile();
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    /// Appends the bytes.
    void write(std::string_view bytes);
    /// Waits until the bytes are on the disk, and gives the file its name. Without it, nothing changes.
    void finish();

private:
    void open_straight(int descriptor);
    void open_beside();
    void keep_owner_and_mode() const;
    void give_name();

    Creator creator_;
    std::string path_;
    std::string temporary_;
    FileDescriptor file_;
    std::uint64_t written_ = 0;
    std::uint64_t begun_ = 0;  ///< up to here the disk was told to write
    bool straight_ = false;    ///< no file of its own
    bool nameless_ = false;    ///< no name yet
    bool has_name_ = false;    ///< the temporary one
};

}  // namespace dummycache::ipc
