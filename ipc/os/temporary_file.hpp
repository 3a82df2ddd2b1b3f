// SPDX-License-Identifier: MIT
// Names of files that are not whole yet: PATH.dummycache-XXXXXXXXXXXX.tmp, with digits by chance.
//
// A name made of a process number is taken by a process of another container, or of another boot, as well. So the
// digits are by chance, and the file system decides that nobody has the name. The writer holds a lock on the file
// (flock), which ends with it. A file of this form without a lock was left by a writer that was killed.
#pragma once

#include <string>

#include "ipc/os/file_descriptor.hpp"

namespace dummycache::ipc {

/// Makes a file with such a name beside `path` and this mode, and locks it; `temporary` receives the name, in which PATH
/// is cut if a file system would not take it otherwise. Invalid if it fails, with errno.
[[nodiscard]] FileDescriptor make_temporary_file(const std::string& path, std::string& temporary,
                                                 mode_t mode = 0666);

/// Gives such a name to a file without a name, and locks it. False if it fails, with errno.
[[nodiscard]] bool name_temporary_file(const FileDescriptor& file, const std::string& path,
                                       std::string& temporary);

/// Removes the temporary files beside `path` that killed writers left. Files of living writers, of other users and of
/// other paths stay. Says nothing if it cannot look. Reads the whole folder.
void remove_left_temporary_files(const std::string& path);

}  // namespace dummycache::ipc
