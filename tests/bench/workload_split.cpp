// SPDX-License-Identifier: MIT
// How long a set takes that splits an index page.
#include "tests/bench/bench.hpp"
#include "tests/bench/scratch_cache.hpp"
#include "tools/bench/keys.hpp"
#include "tools/bench/timing.hpp"

namespace dummycache::bench {

namespace {

/// How long each set took that split: by the clock, and by the processor time around it.
struct SplitTimes {
    std::vector<double> ns;
    std::vector<double> used_ns;
};

/// Nothing that splits is faster than the threshold, and a look at the statistics after every set
/// would empty the processor's caches.
SplitTimes split_times(Cache& cache, std::size_t entries) {
    constexpr double kThresholdNs = 5000;
    SplitTimes times;
    std::uint64_t splits = 0;
    std::string key = key_of(0);
    for (std::uint64_t i = 0; i < entries; ++i) {
        write_key(key, i);
        double taken = 0;
        const double used = cpu_time_of([&] { taken = time_of([&] { cache.set(key, usual_value()); }); });
        if (taken < kThresholdNs) continue;
        const std::uint64_t now = cache.stats().splits;
        if (now == splits + 1) {
            times.ns.push_back(taken);
            times.used_ns.push_back(used);
        }
        splits = now;
    }
    return times;
}

void split(const Settings& settings) {
    constexpr double kLimitUs = 200;
    ScratchCache scratch(std::uint64_t{1} << 30);
    const SplitTimes times = split_times(scratch.cache(), settings.scaled(kEntries));
    const auto report = [&](const std::string& measure, double value, std::optional<double> limit) {
        Row row;
        row.workload = "split";
        row.measure = measure;
        row.unit = measure == "seen" ? "" : "us";
        row.ours = value;
        row.limit = limit;
        settings.report(row);
    };
    report("seen", static_cast<double>(times.ns.size()), std::nullopt);
    if (times.ns.empty()) return;
    report("median", median(times.ns) / 1000, kLimitUs);
    report("p99", percentile(times.ns, 0.99) / 1000, std::nullopt);
    report("max", most(times.ns) / 1000, std::nullopt);
    report("processor time median", median(times.used_ns) / 1000, kLimitUs);
    report("processor time p99", percentile(times.used_ns, 0.99) / 1000, kLimitUs);
    report("processor time max", most(times.used_ns) / 1000, std::nullopt);
}

const RegisterWorkload registered("split", "a set that splits an index page, among a million new entries",
                                  split);

}  // namespace

}  // namespace dummycache::bench
