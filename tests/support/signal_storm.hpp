// SPDX-License-Identifier: MIT
// Signals that end every system call of a process.
#pragma once

#include <csignal>

#include <pthread.h>
#include <sys/time.h>

namespace dummycache::test {

/// While it lives, a signal comes to the process again and again, and no system call goes on after it (no SA_RESTART).
class SignalStorm {
public:
    explicit SignalStorm(int microseconds) {
        struct sigaction quiet {};
        quiet.sa_handler = [](int) {};
        ::sigaction(SIGALRM, &quiet, &before_);
        const itimerval fast{{0, microseconds}, {0, microseconds}};
        ::setitimer(ITIMER_REAL, &fast, nullptr);
    }
    ~SignalStorm() {
        const itimerval never{};
        ::setitimer(ITIMER_REAL, &never, nullptr);
        ::sigaction(SIGALRM, &before_, nullptr);
    }
    SignalStorm(const SignalStorm&) = delete;
    SignalStorm& operator=(const SignalStorm&) = delete;

private:
    struct sigaction before_ {};
};

/// For a thread that no signal is to interrupt.
inline void block_all_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace dummycache::test
