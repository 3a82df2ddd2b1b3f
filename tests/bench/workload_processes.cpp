// SPDX-License-Identifier: MIT
// Two processes at once. A private map is not among the peers: no other process sees it.
#include <algorithm>
#include <array>

#include "tests/bench/compare.hpp"
#include "tests/bench/worker.hpp"
#include "tools/bench/keys.hpp"
#include "tools/bench/timing.hpp"

namespace dummycache::bench {

namespace {

using Job = std::function<void(Store&, Keys)>;

/// Two processes on one store, each with queries of its own.
struct Pair {
    std::size_t operations;
    std::array<std::unique_ptr<Worker>, 2> workers{};
    std::vector<double> alone_ns{};  ///< an operation of the first one, with the other at rest
    std::vector<double> both_ns{};   ///< an operation of the slower one, both at work
};

std::array<std::vector<std::string>, 2> halves(std::vector<std::string> keys) {
    const auto middle = keys.begin() + static_cast<std::ptrdiff_t>(keys.size() / 2);
    return {std::vector<std::string>(keys.begin(), middle), std::vector<std::string>(middle, keys.end())};
}

void run_round(Pair& pair, bool alone, bool counts) {
    const auto operations = static_cast<double>(pair.operations);
    if (alone) {
        pair.workers[0]->start();
        const double ns = pair.workers[0]->wait();
        if (counts) pair.alone_ns.push_back(ns / operations);
    }
    for (const auto& worker : pair.workers) worker->start();
    const double first = pair.workers[0]->wait();
    const double second = pair.workers[1]->wait();
    if (counts) pair.both_ns.push_back(std::max(first, second) / operations);
}

/// Forks the workers of all stores, has them take turns, and leaves the times of both in the contestants.
std::vector<Pair> run_pairs(const Settings& settings, std::vector<Contestant>& all,
                            const std::array<std::vector<std::string>, 2>& keys, const Job& job, bool alone) {
    std::vector<Pair> pairs;
    for (const Contestant& one : all) {
        Pair& pair = pairs.emplace_back(Pair{one.share(keys[0].size())});
        for (std::size_t i = 0; i < 2; ++i) {
            const Keys mine = Keys(keys[i]).first(pair.operations);
            pair.workers[i] =
                std::make_unique<Worker>(*one.store, [&job, mine](Store& store) { job(store, mine); });
        }
    }
    for (std::size_t round = 0; round <= settings.repeat; ++round) {
        for (std::size_t i = 0; i < pairs.size(); ++i)
            run_round(pairs[(round + i) % pairs.size()], alone, round != 0);
    }
    for (std::size_t i = 0; i < all.size(); ++i) all[i].ns = pairs[i].both_ns;
    return pairs;
}

Comparison on_a_million(const Settings& settings, const std::string& workload) {
    const std::size_t entries = settings.scaled(kEntries);
    Comparison comparison;
    comparison.workload = workload;
    comparison.room = {entries};
    comparison.only = {"interprocess_map", "lmdb", "redis", "memcached"};
    comparison.prepare = [entries](Store& store) { store.fill(keys_from(0, entries), usual_value()); };
    return comparison;
}

void mixed(const Settings& settings) {
    Comparison comparison = on_a_million(settings, "mixed_2_processes");
    comparison.limits = {{"interprocess_map", 0.25}, {"lmdb", 0.34}, {"redis", 0.01}, {"memcached", 0.02}};
    auto all = contestants(settings, comparison);
    const auto keys = halves(zipf_keys(comparison.room.entries, 0.99, comparison.room.entries));
    const Job job = [](Store& store, Keys mine) {
        expect_found(store.mixed_each(mine, usual_value()), mine.size() - mine.size() / 20);
    };
    run_pairs(settings, all, keys, job, false);
    report(settings, comparison, all, "ns");
}

/// How much more two readers do than one; for each store, ours first.
void report_gain(const Settings& settings, const std::vector<Contestant>& all,
                 const std::vector<Pair>& pairs) {
    Row row;
    row.workload = "readers_2_processes";
    row.unit = "times";
    for (std::size_t i = 0; i < all.size(); ++i) {
        row.measure = i == 0 ? "two by one" : "two by one, " + all[i].name;
        row.ours = 2 * median(pairs[i].alone_ns) / median(pairs[i].both_ns);
        row.limit = i == 0 ? std::optional(1.9) : std::nullopt;
        row.at_least = true;
        settings.report(row);
    }
}

void readers(const Settings& settings) {
    Comparison comparison = on_a_million(settings, "readers_2_processes");
    auto all = contestants(settings, comparison);
    const auto keys = halves(uniform_keys(comparison.room.entries, comparison.room.entries));
    const Job job = [](Store& store, Keys mine) { expect_found(store.get_each(mine), mine.size()); };
    const auto pairs = run_pairs(settings, all, keys, job, true);
    report(settings, comparison, all, "ns");
    report_gain(settings, all, pairs);
}

const RegisterWorkload registered[] = {
    {"mixed_2_processes", "two processes, each 95 % gets and 5 % sets, a million entries, Zipf 0.99", mixed},
    {"readers_2_processes",
     "two processes that read any of a million entries; and how much more that is than one", readers},
};

}  // namespace

}  // namespace dummycache::bench
