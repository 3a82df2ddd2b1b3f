// SPDX-License-Identifier: MIT
// One process at a time creates or removes a segment of a name.
#pragma once

#include <cstdint>
#include <string>

#include "ipc/os/fork_registry.hpp"
#include "ipc/segment/segment_name.hpp"

namespace dummycache::ipc {

/// The family of unfinished segments in shared memory.
inline constexpr char kTemporaryFamily[] = "dummycache-tmp";

/// Path of the object under which a segment is built, and of the lock file that guards it.
[[nodiscard]] std::string temporary_path(const SegmentName& name);
[[nodiscard]] std::string lock_path(const SegmentName& name);

/// A lock on a file beside the segment. The kernel frees it when its holder dies. The holder
/// removes the file before it lets go, so nothing is left behind; whoever waited for the removed
/// file sees that its name leads elsewhere and opens it again.
class CreationLock {
public:
    /// Waits in small sleeps. Throws Fault::busy after the timeout, Fault::not_found if there is no
    /// such directory, Fault::no_permission.
    CreationLock(const SegmentName& name, std::uint64_t timeout_ms);
    ~CreationLock();
    CreationLock(const CreationLock&) = delete;
    CreationLock& operator=(const CreationLock&) = delete;

private:
    std::string path_;
    PrivateDescriptor file_;
};

}  // namespace dummycache::ipc
