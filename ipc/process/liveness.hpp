// SPDX-License-Identifier: MIT
// The verdict whether a process is dead.
#pragma once

#include <cstdint>
#include <string>

#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

/// What tells one process from every other, earlier and later ones included.
struct ProcessIdentity {
    std::uint32_t pid = 0;
    std::uint64_t start_time = 0;     ///< in clock ticks since the boot; 0: unknown
    std::uint64_t pid_namespace = 0;  ///< its inode; 0: unknown
};

/// Of the calling process. Reads two files of /proc.
[[nodiscard]] ProcessIdentity own_identity();

/// The process that began the caller's session, such as the shell of a terminal or of a job: the same for all processes
/// of the session. Process 1 of the pid namespace if the session began outside of it. Its start_time is 0 if it has ended.
[[nodiscard]] ProcessIdentity session_leader();

/// Whether the namespace is that of a machine, not of a container. `false` if unknown.
[[nodiscard]] bool is_first_pid_namespace(std::uint64_t pid_namespace) noexcept;

/// What a process does, in one word for people: "running", "waiting", "stopped", "zombie", "dead", or "unknown" (it
/// lives in another pid namespace, or /proc gives no answer).
[[nodiscard]] std::string activity_of(const ProcessIdentity& process);

/// True only if the process that claimed `slot` as `claimed` can never write again. In doubt: false.
///
/// In the same pid namespace:
/// - no such pid, or a pid that began at another time: dead;
/// - a zombie: dead if its liveness byte is free, for its other threads may live on;
/// - a running process whose byte is free has closed a descriptor that it did not know, or has called execve: dead
///   if it does not map the segment.
/// In another pid namespace only the byte counts.
///
/// Any thread of an attached process may ask. Reads some files of /proc: 10 to 100 us. Throws std::bad_alloc.
[[nodiscard]] bool process_is_dead(const Segment& segment, std::uint32_t slot,
                                   const ProcessIdentity& claimed);

}  // namespace dummycache::ipc
