// SPDX-License-Identifier: MIT
// What `bench` measures.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dummycache/cache.hpp>

namespace dummycache::cli {

/// Keys, made before anything is timed, each list in the order in which it is asked for.
struct BenchQueries {
    /// For a cache that holds so many entries. The larger they are, the fewer are asked for. Throws Interrupted.
    BenchQueries(std::size_t entries, std::size_t value_bytes);

    std::vector<std::string> all;         ///< the key of each entry once
    std::vector<std::string> hot;         ///< 10,000 of the keys
    std::vector<std::string> uniform;     ///< any of them
    std::vector<std::string> zipf;        ///< Zipf 0.99
    std::vector<std::string> missing;     ///< none of them
    std::vector<std::string> counters;    ///< any of 10,000
    std::vector<std::string_view> views;  ///< of what is in `uniform`
};

/// What is in the cache on which a workload runs.
enum class Filling { plain, with_deadlines, counters };

/// A cache that was filled for one round.
struct BenchRound {
    Cache& cache;
    const std::string& name;  ///< of the cache
    const BenchQueries& queries;
    std::string_view value;
    double fill_ns = 0;  ///< how long filling it took, an entry
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
