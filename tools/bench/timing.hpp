// SPDX-License-Identifier: MIT
// Time, and what to say of many times, for `dummycache bench` and for tests/bench.
#pragma once

#include <time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace dummycache::bench {

using Clock = std::chrono::steady_clock;

[[nodiscard]] inline std::uint64_t ns_between(Clock::time_point from, Clock::time_point to) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(to - from).count());
}

/// How long a call takes, in ns.
template <class Call>
[[nodiscard]] double time_of(Call&& call) {
    const auto start = Clock::now();
    call();
    return static_cast<double>(ns_between(start, Clock::now()));
}

/// The processor time of the calling thread, in ns; what runs beside it does not count. A system call.
[[nodiscard]] inline std::uint64_t cpu_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

/// How much processor time a call takes, in ns.
template <class Call>
[[nodiscard]] double cpu_time_of(Call&& call) {
    const std::uint64_t start = cpu_ns();
    call();
    return static_cast<double>(cpu_ns() - start);
}

/// The sample that `share` of all samples (0 to 1) do not exceed. Not of an empty vector.
template <class Number>
[[nodiscard]] Number percentile(std::vector<Number> samples, double share) {
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(samples.size()));
    const auto place = samples.begin() + static_cast<std::ptrdiff_t>(std::min(rank, samples.size() - 1));
    std::nth_element(samples.begin(), place, samples.end());
    return *place;
}

template <class Number>
[[nodiscard]] Number median(const std::vector<Number>& samples) {
    return percentile(samples, 0.5);
}

template <class Number>
[[nodiscard]] Number least(const std::vector<Number>& samples) {
    return *std::min_element(samples.begin(), samples.end());
}

template <class Number>
[[nodiscard]] Number most(const std::vector<Number>& samples) {
    return *std::max_element(samples.begin(), samples.end());
}

/// `format` takes one double.
[[nodiscard]] inline std::string formatted(const char* format, double number) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, number);
    return text.data();
}

/// Three digits, or four.
[[nodiscard]] inline std::string short_form(double number) {
    return formatted(number < 10 ? "%.2f" : number < 1000 ? "%.1f" : "%.0f", number);
}

}  // namespace dummycache::bench
