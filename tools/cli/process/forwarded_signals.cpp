// SPDX-License-Identifier: MIT
#include "tools/cli/process/forwarded_signals.hpp"

#include <array>

namespace dummycache::cli {

namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

volatile sig_atomic_t target = 0;
/// What came before there was a command.
std::array<volatile sig_atomic_t, kSignals.size()> early{};
std::array<struct sigaction, kSignals.size()> before;

void forward(int signal, siginfo_t* info, void*) {
    if (target != 0) {
        const bool from_terminal = info->si_code > 0;  // of the kernel
        if (!from_terminal) ::kill(target, signal);
        return;
    }
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        if (kSignals[i] == signal) early[i] = 1;
    }
}

}  // namespace

ForwardedSignals::ForwardedSignals() {
    target = 0;
    struct sigaction action {};
    action.sa_sigaction = forward;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigset_t forwarded;
    ::sigemptyset(&forwarded);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        early[i] = 0;
        ::sigaddset(&forwarded, kSignals[i]);
        ::sigaction(kSignals[i], nullptr, &before[i]);
        // An ignored signal stays ignored, for the command too (nohup).
        if (before[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
    }
    ::sigprocmask(SIG_UNBLOCK, &forwarded, &blocked_before_);
}

ForwardedSignals::~ForwardedSignals() {
    ::sigprocmask(SIG_SETMASK, &blocked_before_, nullptr);
    for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before[i], nullptr);
    target = 0;
}

void ForwardedSignals::forward_to(pid_t command) {
    target = command;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        if (early[i] != 0) ::kill(command, kSignals[i]);
    }
}

}  // namespace dummycache::cli
