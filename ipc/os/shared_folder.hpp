// SPDX-License-Identifier: MIT
// Where the system keeps POSIX shared memory.
#pragma once

namespace dummycache::ipc {

/// The directory in which Linux shows the objects of POSIX shared memory as files. Ends with a slash.
inline constexpr char kSharedFolder[] = "/dev/shm/";

}  // namespace dummycache::ipc
