// SPDX-License-Identifier: MIT
// Blocks signals of the calling thread, and takes back those that its own system calls raise.
#include "ipc/os/blocked_signals.hpp"

#include <cerrno>
#include <ctime>

namespace dummycache::ipc {

namespace {

/// The signal that a write raises when it fails with this error; 0 if it raises none.
int raised_with(int error) noexcept {
    switch (error) {
        case EFBIG: return SIGXFSZ;
        case EPIPE: return SIGPIPE;
        default: return 0;
    }
}

sigset_t set_of(BlockedSignals::Which which) noexcept {
    sigset_t set;
    if (which == BlockedSignals::Which::all) {
        sigfillset(&set);
        return set;
    }
    sigemptyset(&set);
    sigaddset(&set, SIGXFSZ);
    sigaddset(&set, SIGPIPE);
    return set;
}

}  // namespace

BlockedSignals::BlockedSignals(Which which) noexcept {
    const sigset_t set = set_of(which);
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
    sigemptyset(&waited_before_);
    // A signal that was not blocked cannot have waited.
    if (sigismember(&before_, SIGXFSZ) == 1 || sigismember(&before_, SIGPIPE) == 1)
        ::sigpending(&waited_before_);
}

BlockedSignals::~BlockedSignals() {
    const int error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
}

void BlockedSignals::take_raised_by(int error) const noexcept {
    const int raised = raised_with(error);
    if (raised == 0 || sigismember(&waited_before_, raised) == 1) return;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, raised);
    const timespec no_time{};
    // The kernel gives a thread its own signals first, and this one was sent to the thread.
    while (::sigtimedwait(&set, nullptr, &no_time) < 0 && errno == EINTR) {
    }
    errno = error;
}

}  // namespace dummycache::ipc
