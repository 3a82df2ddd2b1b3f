// SPDX-License-Identifier: MIT
// Whether the process behind a slot of the process table is dead for certain.
#pragma once

#include <cstdint>
#include <string>

#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

/// What tells one process from every other, before and after it.
struct ProcessIdentity {
    std::uint32_t pid = 0;
    std::uint64_t start_time = 0;     ///< 0: unknown
    std::uint64_t pid_namespace = 0;  ///< 0: unknown
};

[[nodiscard]] ProcessIdentity own_identity();

/// What a process is doing, in a word for people: "running", "waiting", "stopped", "zombie", "dead", or
/// "unknown" (it lives in another pid namespace, or /proc does not tell).
[[nodiscard]] std::string activity_of(const ProcessIdentity& process);

/// True only if the process that claimed `slot` as `claimed` can never write again.
///
/// In the same pid namespace: no such pid, or a pid that began at another time, is dead. A zombie
/// is dead when its liveness byte is free (its other threads may live on). A process that runs
/// with its byte free either closed a descriptor it did not know or called execve: it is dead if
/// it maps the segment no more. In another namespace only the byte speaks. In doubt: alive.
[[nodiscard]] bool process_is_dead(const Segment& segment, std::uint32_t slot,
                                   const ProcessIdentity& claimed);

}  // namespace dummycache::ipc
