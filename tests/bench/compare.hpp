// SPDX-License-Identifier: MIT
// Ours and the peers, round robin.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/bench.hpp"
#include "tests/bench/store.hpp"

namespace dummycache::bench {

/// Of the ratio with each peer that has one.
using Limits = std::map<std::string, double>;

/// What is done to each store. Whatever is not `timed` is not part of the result.
struct Comparison {
    std::string workload;
    std::string measure{};       ///< what of it, if there is more than one
    Room room{};                 ///< what the stores are made for
    std::size_t operations = 0;  ///< of one call of `timed`
    Limits limits{};
    bool fresh = false;                                ///< a new store for each round
    bool in_memory_only = false;                       ///< without peers whose calls are round trips
    std::vector<std::string> only{};                   ///< peers; empty: all
    std::size_t most_round_trips = 20'000;             ///< of a peer whose calls are such: they tell as much
    std::optional<Peer> also{};                        ///< one that stands for itself, in this workload only
    std::function<void(Store&)> prepare{};             ///< once a store
    std::function<void(Store&, std::size_t)> warm{};   ///< before each round, with so many operations
    std::function<void(Store&, std::size_t)> timed{};  ///< throws if the store did not do what was asked
};

/// A store that takes part, and what it took.
struct Contestant {
    std::string name;  ///< empty: ours
    Cost cost = Cost::call;
    StoreMaker make{};
    std::unique_ptr<Store> store{};
    std::vector<double> ns{};  ///< an operation, of each round

    std::size_t most_round_trips = 0;

    /// A round trip is so slow that a part of the operations tells as much.
    [[nodiscard]] std::size_t share(std::size_t operations) const;
};

/// Ours first, then the peers that were asked for and are installed, each with its store made for `room`. Says on
/// stderr which are not installed.
[[nodiscard]] std::vector<Contestant> contestants(const Settings& settings, const Comparison& comparison);

/// Runs `timed` on ours and on each peer in turn, `repeat` times after one that does not count, and
/// reports a row for each peer: medians and minima in ns an operation. The order turns every round.
void compare(const Settings& settings, const Comparison& comparison);

/// A row for each peer with the medians of what was measured.
void report(const Settings& settings, const Comparison& comparison, const std::vector<Contestant>& all,
            const std::string& unit);

/// Throws if a store found another number of keys than it should.
void expect_found(std::size_t found, std::size_t expected);

}  // namespace dummycache::bench
