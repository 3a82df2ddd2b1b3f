// SPDX-License-Identifier: MIT
// Ours and the peers, round robin.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "tests/bench/bench.hpp"
#include "tests/bench/store.hpp"

namespace dummycache::bench {

/// What is done to each store. Whatever is not `timed` is not part of the result.
struct Comparison {
    std::string workload;
    std::size_t entries = 0;             ///< room the stores are made with
    std::size_t operations = 0;          ///< of one call of `timed`
    std::optional<double> limit;         ///< of the ratio
    bool fresh = false;                  ///< a new store for each round
    std::function<void(Store&)> prepare; ///< once a store
    std::function<void(Store&)> warm;    ///< before each round
    std::function<void(Store&)> timed;   ///< throws if the store did not do what was asked
};

/// Runs `timed` on ours and on each peer in turn, `repeat` times after one that does not count, and
/// reports a row for each peer: medians and minima in ns an operation. The order turns every round.
void compare(const Settings& settings, const Comparison& comparison);

/// Throws if a store found another number of keys than it should.
void expect_found(std::size_t found, std::size_t expected);

}  // namespace dummycache::bench
