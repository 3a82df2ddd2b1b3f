// SPDX-License-Identifier: MIT
// Ctrl-C: calls into the cache are finished, waiting for input or output is not.
#include "tools/cli/process/interrupt.hpp"

#include <csignal>

#include <unistd.h>

namespace dummycache::cli {

namespace {

constexpr int kInterruptedStatus = 130;

volatile std::sig_atomic_t noted = 0;

void note_interrupt(int) { noted = 1; }

}  // namespace

void watch_for_interrupt() noexcept {
    struct sigaction action {};
    if (::sigaction(SIGINT, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) return;
    action.sa_handler = note_interrupt;
    // No SA_RESTART: a read that waits for input has to come back.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, nullptr);
}

bool interrupted() noexcept { return noted != 0; }

void die_interrupted() noexcept {
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
    ::_exit(kInterruptedStatus);
}

}  // namespace dummycache::cli
