// SPDX-License-Identifier: MIT
// What this process got from the one that started it, for a command that it starts in turn.
#include "tools/cli/process/inherited.hpp"

#include <csignal>
#include <cstdlib>

namespace dummycache::cli {

namespace {

sigset_t ignored;
sigset_t blocked;
bool worker_is_set = false;

}  // namespace

void note_inherited() noexcept {
    worker_is_set = std::getenv("DUMMYCACHE_WORKER") != nullptr;
    ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
    ::sigemptyset(&ignored);
    for (int signal = 1; signal < NSIG; ++signal) {
        struct sigaction action {};
        if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
            ::sigaddset(&ignored, signal);
    }
}

void restore_inherited() noexcept {
    if (!worker_is_set) ::unsetenv("DUMMYCACHE_WORKER");
    for (int signal = 1; signal < NSIG; ++signal) {
        struct sigaction action {};
        action.sa_handler = ::sigismember(&ignored, signal) == 1 ? SIG_IGN : SIG_DFL;
        ::sigaction(signal, &action, nullptr);  // SIGKILL, SIGSTOP and those of the C library are refused
    }
    ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
}

}  // namespace dummycache::cli
