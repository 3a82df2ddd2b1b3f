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

/// The path of the object while a segment is being built.
[[nodiscard]] std::string temporary_path(const SegmentName& name);
/// The path of the lock file.
[[nodiscard]] std::string lock_path(const SegmentName& name);

/// A lock on a file beside the segment. The holder removes the file before it unlocks it, so nothing is left behind. A
/// process that waited for the removed file sees that the path leads elsewhere, and opens the path again.
///
/// Killed while holding it: the kernel frees the lock; the file stays and the next holder removes it.
class CreationLock {
public:
    /// Waits in sleeps of 2 ms. Throws Fault::busy after the timeout, Fault::not_found if there is no directory for
    /// the name, Fault::no_permission if the file belongs to another user. Also excludes other threads.
    CreationLock(const SegmentName& name, std::uint64_t timeout_ms);
    ~CreationLock();
    CreationLock(const CreationLock&) = delete;
    CreationLock& operator=(const CreationLock&) = delete;

private:
    Creator creator_;
    std::string path_;
    PrivateDescriptor file_;
};

}  // namespace dummycache::ipc
