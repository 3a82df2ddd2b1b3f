// SPDX-License-Identifier: MIT
#include "ipc/os/process_barrier.hpp"

#include <cerrno>

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace dummycache::ipc {

namespace {

/// membarrier(2), which the C library has no function for.
bool membarrier(int command) noexcept { return ::syscall(SYS_membarrier, command, 0, 0) == 0; }

bool announce() noexcept { return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED); }

}  // namespace

bool has_barrier_in_all_threads() noexcept {
#if defined(__SANITIZE_THREAD__)
    return false;
#else
    static const bool has = [] {
        const int before = errno;
        const bool works = announce() && membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
        errno = before;
        return works;
    }();
    return has;
#endif
}

bool barrier_in_all_threads() noexcept {
    const int before = errno;
    // A process has to announce itself first. A child may have to do so again.
    const bool done = membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) ||
                      (errno == EPERM && announce() && membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
    errno = before;
    return done;
}

}  // namespace dummycache::ipc
