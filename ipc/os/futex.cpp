// SPDX-License-Identifier: MIT
// The system call behind sleeping and waking.
#include "ipc/os/futex.hpp"

#include <cerrno>
#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace dummycache::ipc {

namespace {

std::uint32_t* address_of(std::atomic<std::uint32_t>& word) noexcept {
    return reinterpret_cast<std::uint32_t*>(&word);
}

}  // namespace

void sleep_while(std::atomic<std::uint32_t>& word, std::uint32_t seen,
                 std::chrono::nanoseconds time) noexcept {
    timespec span{};
    span.tv_sec = static_cast<std::time_t>(time.count() / 1'000'000'000);
    span.tv_nsec = static_cast<long>(time.count() % 1'000'000'000);
    ::syscall(SYS_futex, address_of(word), FUTEX_WAIT, seen, &span, nullptr, 0);
}

void wake(std::atomic<std::uint32_t>& word, int most) noexcept {
    const int error = errno;
    ::syscall(SYS_futex, address_of(word), FUTEX_WAKE, most, nullptr, nullptr, 0);
    errno = error;
}

}  // namespace dummycache::ipc
