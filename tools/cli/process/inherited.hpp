// SPDX-License-Identifier: MIT
// What this process got from the one that started it, for a command that it starts in turn.
#pragma once

namespace dummycache::cli {

/// Notes which signals are ignored and which are blocked. Called by main before it changes any of that.
void note_inherited_signals() noexcept;

/// In a child that is about to call execve: signals are ignored, blocked or neither, as this process found them when it
/// began. Signals that came meanwhile act now.
void restore_inherited_signals() noexcept;

}  // namespace dummycache::cli
