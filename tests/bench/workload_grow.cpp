// SPDX-License-Identifier: MIT
// The slowest sets while a cache grows to five million entries, beside what the machine itself does
// to a loop that only reads the clock.
#include "tests/bench/bench.hpp"
#include "tests/bench/scratch_cache.hpp"
#include "tools/bench/keys.hpp"
#include "tools/bench/timing.hpp"

namespace dummycache::bench {

namespace {

constexpr std::size_t kGrown = 5'000'000;
constexpr std::size_t kBlock = 50'000;

using Samples = std::vector<std::uint32_t>;

/// By the clock, and by the processor time around it, which a preempted thread does not use.
void time_sets(Cache& cache, std::uint64_t from, std::size_t count, Samples& ns, Samples& used_ns) {
    std::string key = key_of(0);
    for (std::uint64_t i = from; i < from + count; ++i) {
        write_key(key, i);
        const std::uint64_t used = cpu_ns();
        const auto start = Clock::now();
        cache.set(key, usual_value());
        ns.push_back(static_cast<std::uint32_t>(ns_between(start, Clock::now())));
        used_ns.push_back(static_cast<std::uint32_t>(cpu_ns() - used));
    }
}

/// As many samples, each about as long as a set: what is longer was not the cache's doing.
void time_nothing(std::size_t count, Samples& ns) {
    constexpr std::uint64_t kSampleNs = 500;
    for (std::size_t i = 0; i < count; ++i) {
        const auto start = Clock::now();
        std::uint64_t taken = 0;
        while (taken < kSampleNs) taken = ns_between(start, Clock::now());
        ns.push_back(static_cast<std::uint32_t>(taken));
    }
}

void report_samples(const Settings& settings, const std::string& of, const Samples& ns,
                    std::optional<double> limit) {
    Row row;
    row.workload = "grow_5m";
    row.unit = "us";
    const auto report = [&](const std::string& measure, std::uint32_t value, std::optional<double> bound) {
        row.measure = of + measure;
        row.ours = value / 1000.0;
        row.limit = bound;
        settings.report(row);
    };
    report("p50", median(ns), std::nullopt);
    report("p99", percentile(ns, 0.99), std::nullopt);
    report("p99.99", percentile(ns, 0.9999), limit);
    report("max", most(ns), std::nullopt);
}

void grow(const Settings& settings) {
    constexpr double kLimitUs = 100;
    const std::size_t entries = settings.scaled(kGrown);
    ScratchCache scratch(std::uint64_t{2} << 30);
    Samples sets;
    Samples used;
    Samples noise;
    sets.reserve(entries);
    used.reserve(entries);
    noise.reserve(entries);
    for (std::size_t done = 0; done < entries; done += kBlock) {
        time_sets(scratch.cache(), done, kBlock, sets, used);
        time_nothing(kBlock, noise);
    }
    report_samples(settings, "", sets, kLimitUs);
    report_samples(settings, "processor time ", used, std::nullopt);
    report_samples(settings, "noise ", noise, std::nullopt);
}

const RegisterWorkload registered(
    "grow_5m", "each set while growing to five million entries, and the machine's own noise", grow);

}  // namespace

}  // namespace dummycache::bench
