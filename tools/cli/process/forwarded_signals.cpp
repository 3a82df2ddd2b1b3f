// SPDX-License-Identifier: MIT
#include "tools/cli/process/forwarded_signals.hpp"

#include <array>

#include <signal.h>

namespace dummycache::cli {

namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

volatile sig_atomic_t target = 0;
volatile sig_atomic_t early = 0;  ///< came before there was a command
std::array<struct sigaction, kSignals.size()> before;

void forward(int signal, siginfo_t* info, void*) {
    const bool from_terminal = info->si_code > 0;  // of the kernel
    if (from_terminal) return;
    if (target == 0) {
        early = signal;
    } else {
        ::kill(target, signal);
    }
}

}  // namespace

ForwardedSignals::ForwardedSignals() {
    target = 0;
    early = 0;
    struct sigaction action {};
    action.sa_sigaction = forward;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        ::sigaction(kSignals[i], nullptr, &before[i]);
        // An ignored signal stays ignored, for the command too (nohup).
        if (before[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
    }
}

ForwardedSignals::~ForwardedSignals() { restore(); }

void ForwardedSignals::forward_to(pid_t command) {
    target = command;
    if (early != 0) ::kill(command, early);
}

void ForwardedSignals::restore() noexcept {
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before[i], nullptr);
}

}  // namespace dummycache::cli
