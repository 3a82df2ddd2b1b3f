// SPDX-License-Identifier: MIT
// What the processes of a storm do until they are killed.
#pragma once

#include "support/random.hpp"
#include "support/test_cache.hpp"
#include "torture/storms/storm_record.hpp"

namespace dummycache::test {

struct StormPlan {
    std::string name;
    Options options;
    std::uint64_t largest_value = 0;
    /// Of 100 sets, how many are given a life of some milliseconds.
    std::uint64_t short_lives = 0;
    /// Of 15 values, how many are up to `largest_value`.
    std::uint64_t large_values = 1;

    [[nodiscard]] bool evicts() const noexcept { return options.when_full == WhenFull::evict; }
};

/// Writes or reads for ever; what is wrong is counted in the record.
[[noreturn]] void storm_worker(const StormPlan& plan, TestCache& cache, StormRecord& record, int number,
                               std::uint64_t stream);

}  // namespace dummycache::test
