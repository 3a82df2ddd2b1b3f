// SPDX-License-Identifier: MIT
// What `bench` measures.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <dummycache/cache.hpp>

#include "tools/cli/commands/bench_queries.hpp"

namespace dummycache::cli {

/// What is in the cache on which a workload runs.
enum class Filling { plain, with_deadlines, counters };

/// A cache that was filled for one round.
struct BenchRound {
    Cache& cache;
    const std::string& name;  ///< of the cache
    const BenchQueries& queries;
    std::string_view value;
    double fill_ns = 0;  ///< how long filling it took
};

struct Workload {
    std::string_view name;
    std::string_view unit;
    Filling filling;
    /// One sample of one unit an operation, a key or an entry. Throws Failure if the cache did not hold what it
    /// was given, and Interrupted.
    double (*sample)(const BenchRound& round);
};

/// A blank between two.
inline constexpr std::string_view kWorkloadNames =
    "get_hot get_uniform get_zipf get_miss get_many_uniform set_new attach bytes_per_entry set set_hot "
    "ttl_get incr";

/// In the order in which they are reported.
[[nodiscard]] std::span<const Workload> workloads() noexcept;

/// Sets each of round.queries.all, notes how long that took, and reads all of them once.
void fill(BenchRound& round, Filling filling);

}  // namespace dummycache::cli
