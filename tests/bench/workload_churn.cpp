// SPDX-License-Identifier: MIT
// A cache that is full: each request that finds nothing stores, and each store evicts.
#include "tests/bench/bench.hpp"
#include "tests/bench/scratch_cache.hpp"
#include "tools/bench/keys.hpp"
#include "tools/bench/timing.hpp"

namespace dummycache::bench {

namespace {

struct Churn {
    std::vector<std::uint32_t> set_ns{};
    std::size_t misses = 0;
    std::size_t requests = 0;
    double ns = 0;
};

/// get, and set on a miss; the time of each set, and of all.
Churn replay(Cache& cache, const std::vector<std::string>& keys) {
    Churn churn;
    churn.set_ns.reserve(keys.size());
    churn.requests = keys.size();
    std::string value;
    churn.ns = time_of([&] {
        for (const std::string& key : keys) {
            if (cache.get(key, value)) continue;
            ++churn.misses;
            const auto start = Clock::now();
            cache.set(key, usual_value());
            churn.set_ns.push_back(static_cast<std::uint32_t>(ns_between(start, Clock::now())));
        }
    });
    return churn;
}

void churn_full(const Settings& settings) {
    constexpr std::uint64_t kCapacity = std::uint64_t{32} << 20;  // a fifth of the entries
    const std::size_t entries = settings.scaled(kEntries);
    const auto keys = zipf_keys(entries, 0.99, 4 * entries);
    ScratchCache scratch(settings.quick ? kCapacity / 8 : kCapacity);
    static_cast<void>(replay(scratch.cache(), keys));  // until it is full
    const Churn churn = replay(scratch.cache(), keys);
    Row row;
    row.workload = "churn_full";
    const auto report = [&](const std::string& measure, const std::string& unit, double value) {
        row.measure = measure;
        row.unit = unit;
        row.ours = value;
        settings.report(row);
    };
    report("a request", "ns", churn.ns / static_cast<double>(churn.requests));
    report("misses", "of 1000",
           1000 * static_cast<double>(churn.misses) / static_cast<double>(churn.requests));
    report("a set that evicts, p50", "ns", median(churn.set_ns));
    report("a set that evicts, p99.99", "ns", percentile(churn.set_ns, 0.9999));
}

const RegisterWorkload registered("churn_full",
                                  "get or set in a full cache, a million keys, Zipf 0.99, room for a fifth",
                                  churn_full);

}  // namespace

}  // namespace dummycache::bench
