// SPDX-License-Identifier: MIT
// Signals that are meant for a command which this process waits for.
#pragma once

#include <sys/types.h>

namespace dummycache::cli {

/// While it lives, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 end nothing here: those that a process sent
/// go to the command. One that the terminal sent the command has got itself.
class ForwardedSignals {
public:
    ForwardedSignals();
    ~ForwardedSignals();
    ForwardedSignals(const ForwardedSignals&) = delete;
    ForwardedSignals& operator=(const ForwardedSignals&) = delete;

    /// From now on, and what came before.
    void forward_to(pid_t command);

    /// In the child: signals are as they were.
    static void restore() noexcept;
};

}  // namespace dummycache::cli
