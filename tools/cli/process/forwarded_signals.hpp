// SPDX-License-Identifier: MIT
// Signals that are meant for a command which this process waits for.
#pragma once

#include <signal.h>
#include <sys/types.h>

namespace dummycache::cli {

/// While it lives, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 end nothing here: those that a process sent
/// go to the command, also if they are blocked here. One that the terminal sent the command has got itself.
class ForwardedSignals {
public:
    ForwardedSignals();
    ~ForwardedSignals();
    ForwardedSignals(const ForwardedSignals&) = delete;
    ForwardedSignals& operator=(const ForwardedSignals&) = delete;

    /// From now on, and what came before. The command must not be reaped while this object lives.
    void forward_to(pid_t command);

private:
    sigset_t blocked_before_{};
};

}  // namespace dummycache::cli
