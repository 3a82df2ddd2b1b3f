// SPDX-License-Identifier: MIT
// Ctrl-C: calls into the cache are finished, waiting for input or output is not.
#pragma once

namespace dummycache::cli {

/// Thrown where a command notices that it was interrupted.
struct Interrupted {};

/// Notes SIGINT from now on; a second one kills as usual. Leaves an ignored SIGINT ignored.
void watch_for_interrupt() noexcept;

[[nodiscard]] bool interrupted() noexcept;

inline void throw_if_interrupted() {
    if (interrupted()) throw Interrupted{};
}

/// Ends the process by SIGINT, so that the shell sees 130 and a loop around the command ends too.
[[noreturn]] void die_interrupted() noexcept;

}  // namespace dummycache::cli
