// SPDX-License-Identifier: MIT
// Names of checkpoints and caches that belong to a living process: exec-XXXXXXXXXXXX, with digits by chance.
//
// A tool gives such a name to what it clears away when it ends. If it is killed together with all that would clear up
// in its place (a container is stopped, power fails), the thing stays. Whoever finds it then has to know that
// nobody will come. A process number says nothing to a process in another container, nor after a reboot. So the
// owner locks a byte of the cache's object, far behind its end, whose number stands in the name. The kernel frees
// it when the owner is gone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ipc/os/file_descriptor.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

/// A name that nobody has had. `prefix` is one of those that number_in knows: "exec" and "bench". Throws Fault::system.
[[nodiscard]] std::string new_owned_name(std::string_view prefix);

/// The number in the last part of a name, behind its last dot if there is one; nothing if it has not the form of an
/// owned name. No user calls things so by accident.
[[nodiscard]] std::optional<std::uint64_t> number_in(std::string_view name) noexcept;

/// Locks the byte of the number in this segment's object. The lock lasts until the last copy of the descriptor is
/// closed: that of this process, or of a child that was forked meanwhile. execve closes it. Throws Fault::busy if
/// another owner has it, or the error of a system call. In private memory the descriptor is none.
[[nodiscard]] FileDescriptor own_number(const Segment& segment, std::uint64_t number);

/// Whether a name has the form of an owned name and its owner is gone. Once true, true for ever. One system call.
[[nodiscard]] bool is_abandoned(const Segment& segment, std::string_view name) noexcept;

}  // namespace dummycache::ipc
