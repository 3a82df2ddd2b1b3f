// SPDX-License-Identifier: MIT
// What this process got from the one that started it, for a command that it starts in turn.
#pragma once

namespace dummycache::cli {

/// Notes which signals are ignored and which are blocked, and whether DUMMYCACHE_WORKER is set, which -q sets. Called by
/// main before it changes any of that.
void note_inherited() noexcept;

/// In a child that is about to call execve: all of that is as this process found it when it began. Signals that came
/// meanwhile act now.
void restore_inherited() noexcept;

}  // namespace dummycache::cli
