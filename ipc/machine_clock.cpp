// SPDX-License-Identifier: MIT
// Finds out what stands between this process and the machine's clocks.
#include "ipc/machine_clock.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <ctime>
#include <limits>
#include <string_view>

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace dummycache::ipc {

namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::min();

/// How far the boot clock of this process's time namespace is ahead of the machine's.
constinit std::atomic<std::int64_t> namespace_ahead_us{kUnknown};

enum class Source : std::uint8_t { unknown, c_library, kernel };
constinit std::atomic<Source> source{Source::unknown};

/// The system call, past any function that is called `syscall`.
void ask_kernel(clockid_t clock, timespec& now) noexcept {
#if defined(__x86_64__)
    long result = SYS_clock_gettime;
    asm volatile("syscall"
                 : "+a"(result)
                 : "D"(static_cast<long>(clock)), "S"(&now)
                 : "rcx", "r11", "memory");
#elif defined(__aarch64__)
    register long first asm("x0") = clock;
    register timespec* second asm("x1") = &now;
    register long number asm("x8") = SYS_clock_gettime;
    asm volatile("svc 0" : "+r"(first) : "r"(second), "r"(number) : "memory");
#else
    ::syscall(SYS_clock_gettime, clock, &now);
#endif
}

const void* object_with(const void* function) noexcept {
    Dl_info info{};
    return ::dladdr(function, &info) != 0 ? info.dli_fbase : nullptr;
}

/// A clock_gettime that does not lie in the C library, as getppid does, is somebody else's. A program without
/// shared libraries has one object, in which all functions lie.
Source find_source() noexcept {
    const bool replaced = object_with(reinterpret_cast<const void*>(&::clock_gettime)) !=
                          object_with(reinterpret_cast<const void*>(&::getppid));
    const Source found = replaced ? Source::kernel : Source::c_library;
    source.store(found, std::memory_order_relaxed);
    return found;
}

std::int64_t microseconds_of(const timespec& time) noexcept {
    return std::int64_t{time.tv_sec} * kSecondUs + time.tv_nsec / 1'000;
}

timespec machine_time(clockid_t clock) noexcept {
    timespec now{};
    Source from = source.load(std::memory_order_relaxed);
    if (from == Source::unknown) [[unlikely]]
        from = find_source();
    if (from == Source::c_library) [[likely]] {
        ::clock_gettime(clock, &now);
    } else {
        ask_kernel(clock, now);
    }
    return now;
}

/// timens_offsets shows the namespace that children get. It may be another one than the process's own.
bool children_share_our_namespace() noexcept {
    struct stat own {};
    struct stat of_children {};
    return ::stat("/proc/self/ns/time", &own) == 0 &&
           ::stat("/proc/self/ns/time_for_children", &of_children) == 0 && own.st_ino == of_children.st_ino;
}

std::int64_t next_number(std::string_view& text) noexcept {
    std::int64_t number = 0;
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(result.ptr - text.data()));
    return number;
}

/// The line "boottime SECONDS NANOSECONDS" of /proc/self/timens_offsets; 0 if it cannot be read.
std::int64_t boot_offset_us() noexcept {
    const int file = ::open("/proc/self/timens_offsets", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    char bytes[256];
    const ssize_t size = ::read(file, bytes, sizeof bytes);
    ::close(file);
    std::string_view text(bytes, size > 0 ? static_cast<std::size_t>(size) : 0);
    constexpr std::string_view kLine = "boottime";
    const std::size_t line = text.find(kLine);
    if (line == std::string_view::npos) return 0;
    text.remove_prefix(line + kLine.size());
    const std::int64_t seconds = next_number(text);
    return seconds * kSecondUs + next_number(text) / 1'000;
}

std::int64_t find_namespace() noexcept {
    // A forked child may be in the namespace that its parent chose for its children.
    static const int registered = ::pthread_atfork(
        nullptr, nullptr, [] { namespace_ahead_us.store(kUnknown, std::memory_order_relaxed); });
    static_cast<void>(registered);
    std::int64_t ahead_us = boot_offset_us();
    if (ahead_us != 0 && !children_share_our_namespace()) ahead_us = 0;
    namespace_ahead_us.store(ahead_us, std::memory_order_relaxed);
    return ahead_us;
}

}  // namespace

std::uint64_t boot_us() noexcept {
    std::int64_t ahead_us = namespace_ahead_us.load(std::memory_order_relaxed);
    if (ahead_us == kUnknown) [[unlikely]]
        ahead_us = find_namespace();
    return static_cast<std::uint64_t>(microseconds_of(machine_time(CLOCK_BOOTTIME)) - ahead_us);
}

std::int64_t wall_us() noexcept { return microseconds_of(machine_time(CLOCK_REALTIME)); }

std::chrono::steady_clock::time_point steady_now() noexcept {
    const timespec now = machine_time(CLOCK_MONOTONIC);
    return std::chrono::steady_clock::time_point(std::chrono::seconds(now.tv_sec) +
                                                 std::chrono::nanoseconds(now.tv_nsec));
}

std::int64_t coarse_ms() noexcept {
    const timespec now = machine_time(CLOCK_MONOTONIC_COARSE);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

std::uint64_t recent_boot_ms() noexcept {
    static constinit std::atomic<std::int64_t> looked_ms{std::numeric_limits<std::int64_t>::min() / 2};
    static constinit std::atomic<std::int64_t> boot_ahead_ms{0};
    const std::int64_t now = coarse_ms();
    if (now - looked_ms.load(std::memory_order_relaxed) >= 1000) [[unlikely]] {
        boot_ahead_ms.store(static_cast<std::int64_t>(boot_us() / 1000) - now, std::memory_order_relaxed);
        looked_ms.store(now, std::memory_order_release);
    }
    return static_cast<std::uint64_t>(now + boot_ahead_ms.load(std::memory_order_relaxed));
}

std::int64_t process_ahead_us() noexcept {
    const auto machine = static_cast<std::int64_t>(boot_us());
    const bool fakes = source.load(std::memory_order_relaxed) == Source::kernel ||
                       namespace_ahead_us.load(std::memory_order_relaxed) != 0;
    if (!fakes) return 0;
    timespec seen{};
    ::clock_gettime(CLOCK_BOOTTIME, &seen);
    return microseconds_of(seen) - machine;
}

}  // namespace dummycache::ipc
