// SPDX-License-Identifier: MIT
// What this process got from the one that started it, for a command that it starts in turn.
#include "tools/cli/process/inherited.hpp"

#include <csignal>

namespace dummycache::cli {

namespace {

sigset_t ignored;
sigset_t blocked;

}  // namespace

void note_inherited_signals() noexcept {
    ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
    ::sigemptyset(&ignored);
    for (int signal = 1; signal < NSIG; ++signal) {
        struct sigaction action {};
        if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
            ::sigaddset(&ignored, signal);
    }
}

void restore_inherited_signals() noexcept {
    for (int signal = 1; signal < NSIG; ++signal) {
        struct sigaction action {};
        action.sa_handler = ::sigismember(&ignored, signal) == 1 ? SIG_IGN : SIG_DFL;
        ::sigaction(signal, &action, nullptr);  // SIGKILL, SIGSTOP and those of the C library are refused
    }
    ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
}

}  // namespace dummycache::cli
