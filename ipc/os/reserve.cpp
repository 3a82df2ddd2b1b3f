// SPDX-License-Identifier: MIT
// fallocate in steps; preparing its result for stores; writing zeros where it is not supported.
#include "ipc/os/reserve.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ipc/os/blocked_signals.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::uint64_t kStepBytes = std::uint64_t{16} << 20;
constexpr int kPopulateWrite = 23;  // MADV_POPULATE_WRITE, which not every C library knows

int reserve_step(int descriptor, std::uint64_t offset, std::uint64_t bytes) noexcept {
    int result = 0;
    do {
        result = ::fallocate(descriptor, 0, static_cast<off_t>(offset), static_cast<off_t>(bytes));
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

}  // namespace

Reserved reserve(int descriptor, std::uint64_t offset, std::uint64_t bytes, int& error) noexcept {
    // Some kernels undo an fallocate that a signal interrupts: under a timer it would never end.
    const BlockedSignals blocked(BlockedSignals::Which::all);
    for (std::uint64_t done = 0; done < bytes; done += kStepBytes) {
        error = reserve_step(descriptor, offset + done, std::min(kStepBytes, bytes - done));
        blocked.take_raised_by(error);
        if (error == EOPNOTSUPP) return Reserved::unsupported;
        if (error != 0) return Reserved::no_space;
    }
    return Reserved::yes;
}

Reserved prepare_writes(std::byte* memory, std::uint64_t bytes, int& error) noexcept {
    if (bytes == 0 || ::madvise(memory, bytes, kPopulateWrite) == 0) return Reserved::yes;
    error = errno;
    if (error == EINVAL) return Reserved::unsupported;  // before Linux 5.14
    if (error == EFAULT) error = ENOSPC;                // "a store would raise SIGBUS"
    return Reserved::no_space;
}

Reserved write_zeros(int descriptor, std::uint64_t offset, std::uint64_t bytes, int& error) noexcept {
    static constexpr std::array<char, 4096> zeros{};
    const BlockedSignals blocked(BlockedSignals::Which::all);
    for (std::uint64_t done = 0; done < bytes;) {
        const auto at = static_cast<off_t>(offset + done);
        const ssize_t written =
            ::pwrite(descriptor, zeros.data(), std::min<std::uint64_t>(zeros.size(), bytes - done), at);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            error = errno;
            blocked.take_raised_by(error);
            return Reserved::no_space;
        }
        done += static_cast<std::uint64_t>(written);
    }
    return Reserved::yes;
}

}  // namespace dummycache::ipc
