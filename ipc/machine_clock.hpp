// SPDX-License-Identifier: MIT
// The clocks of the machine, as the kernel keeps them.
//
// A process may see other clocks than the machine's. A preloaded library (libfaketime) or a function of the program
// itself may stand in the place of clock_gettime, and a time namespace shifts the boot clock. Processes that share a
// cache need one time, or one of them sets keys that live for decades and drops what others still see. So this
// layer reads no clock in any other way than by these functions. They ask the kernel itself where clock_gettime
// is not that of the C library, and take the shift of the namespace away.
//
// Any thread may call anything here. A forked child looks for its namespace anew.
#pragma once

#include <chrono>
#include <cstdint>

namespace dummycache::ipc {

/// CLOCK_BOOTTIME of the initial time namespace in microseconds: the time since the machine was started.
[[nodiscard]] std::uint64_t boot_us() noexcept;

/// CLOCK_REALTIME in microseconds since 1970.
[[nodiscard]] std::int64_t wall_us() noexcept;

/// CLOCK_MONOTONIC, to measure durations. A fake clock may stand still; this one goes on, so that a wait ends.
[[nodiscard]] std::chrono::steady_clock::time_point steady_now() noexcept;

/// CLOCK_MONOTONIC in milliseconds, in steps of some of them: about 5 ns instead of 35.
[[nodiscard]] std::int64_t coarse_ms() noexcept;
/// A number that is never 0 and changes every 30 to 200 ms, sooner if the thread moves to another processor: for a writer
/// that wants to know, in one instruction and without a call, whether it has to look at a clock. Says nothing about the time.
[[nodiscard, gnu::always_inline]] inline std::uint64_t tick() noexcept {
#if defined(__x86_64__)
    return (__builtin_ia32_rdtsc() >> 27) + 1;
#elif defined(__aarch64__)
    std::uint64_t counter = 0;
    asm volatile("mrs %0, cntvct_el0" : "=r"(counter));
    return (counter >> 22) + 1;
#else
    return (static_cast<std::uint64_t>(coarse_ms()) >> 7) + 1;
#endif
}
/// Milliseconds of the machine's boot clock, up to 4 ms late. For a second after the machine was asleep it may be late by
/// that time. About 10 ns.
[[nodiscard]] std::uint64_t recent_boot_ms() noexcept;

/// How far CLOCK_BOOTTIME, as this process's own code sees it, is ahead of boot_us(). 0 if nothing fakes it.
[[nodiscard]] std::int64_t process_ahead_us() noexcept;

}  // namespace dummycache::ipc
