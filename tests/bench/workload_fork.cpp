// SPDX-License-Identifier: MIT
// A fork of 64 MiB: how long it takes, and how long it holds writers up.
#include <stdexcept>
#include <vector>

#include <dummycache/fork.hpp>

#include "tests/bench/bench.hpp"
#include "tests/bench/scratch_cache.hpp"
#include "tests/bench/setting_thread.hpp"
#include "tools/bench/keys.hpp"
#include "tools/bench/timing.hpp"

namespace dummycache::bench {

namespace {

constexpr std::uint64_t kUsed = std::uint64_t{64} << 20;
constexpr double kMs = 1e6;

std::size_t fill(Cache& cache) {
    std::size_t entries = 0;
    while (cache.info().committed_bytes < kUsed) {
        // With less than this for each entry it would not grow any more.
        constexpr std::uint64_t kLeastBytes = 100;
        if (entries * kLeastBytes > kUsed)
            throw std::runtime_error("the system has no memory for 64 MiB of entries");
        cache.set(key_of(entries++), usual_value());
    }
    return entries;
}

void report(const Settings& settings, const std::string& measure, const std::vector<double>& times,
            double limit_ms) {
    Row row;
    row.workload = "fork";
    row.measure = measure;
    row.unit = "ms";
    row.ours = median(times) / kMs;
    row.ours_min = least(times) / kMs;
    row.limit = limit_ms;
    settings.report(row);
}

/// Times of forks, each removed again.
std::vector<double> fork_times(const Settings& settings, const Cache& from) {
    std::vector<double> times;
    for (std::size_t round = 0; round < settings.repeat; ++round) {
        const std::string name = scratch_name();
        times.push_back(time_of([&] {
            if (!fork_cache(from, name)) throw std::runtime_error("there is a cache " + name);
        }));
        Cache::remove(name);
    }
    return times;
}

void fork_workload(const Settings& settings) {
    constexpr double kLimitMs = 100;
    constexpr double kPauseLimitMs = 40;
    ScratchCache scratch(std::uint64_t{128} << 20);
    const std::size_t entries = fill(scratch.cache());
    report(settings, "64 MiB", fork_times(settings, scratch.cache()), kLimitMs);
    SettingThread writer(scratch.cache(), entries);
    std::vector<double> pauses;
    Settings one = settings;
    one.repeat = 1;
    for (std::size_t round = 0; round < settings.repeat; ++round)
        pauses.push_back(writer.longest_ns_in([&] { (void)fork_times(one, scratch.cache()); }));
    report(settings, "longest set meanwhile", pauses, kPauseLimitMs);
}

const RegisterWorkload registered("fork", "how long a fork of 64 MiB takes, and holds writers up",
                                  fork_workload);

}  // namespace

}  // namespace dummycache::bench
