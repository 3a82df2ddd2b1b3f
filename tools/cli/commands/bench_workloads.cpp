// SPDX-License-Identifier: MIT
// What `bench` measures.
#include "tools/cli/commands/bench_workloads.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "tools/bench/keys.hpp"
#include "tools/bench/timing.hpp"
#include "tools/cli/process/exit_code.hpp"
#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

using Keys = std::span<const std::string>;
using Round = const BenchRound&;

constexpr std::size_t kBatch = 16;

/// How long `call(place)` takes for each item, in ns, if it takes `step` of `count` items. A Ctrl-C ends it.
template <class Call>
double ns_of_each(std::size_t count, Call&& call, std::size_t step = 1) {
    constexpr std::size_t kBetweenLooks = 1024;
    const double ns = bench::time_of([&] {
        for (std::size_t i = 0; i < count; i += step) {
            if (i % kBetweenLooks == 0) throw_if_interrupted();
            call(i);
        }
    });
    return ns / static_cast<double>(count);
}

void expect(std::string_view what, std::size_t found, std::size_t expected) {
    if (found == expected) return;
    throw Failure(Exit::refused, "bench: " + std::string(what) + " " + std::to_string(found) +
                                     " keys and not " + std::to_string(expected) +
                                     "; its times mean nothing");
}

double get(Round round, Keys keys, std::size_t expected) {
    std::string value;
    std::size_t found = 0;
    const double ns =
        ns_of_each(keys.size(), [&](std::size_t i) { found += round.cache.get(keys[i], value) ? 1 : 0; });
    expect("the cache found", found, expected);
    return ns;
}

double get_all(Round round, Keys keys) { return get(round, keys, keys.size()); }

/// The other workloads have emptied the processor's caches.
double get_hot(Round round) {
    const Keys keys = round.queries.hot;
    get_all(round, keys.first(keys.size() / 10));
    return get_all(round, keys);
}

double get_many(Round round) {
    const std::span<const std::string_view> keys = round.queries.views;
    std::size_t found = 0;
    const auto get_batch = [&](std::size_t first) {
        for (const auto& value : round.cache.get_many(keys.subspan(first, kBatch))) found += value ? 1 : 0;
    };
    const double ns = ns_of_each(keys.size(), get_batch, kBatch);
    expect("get_many found", found, keys.size());
    return ns;
}

double set(Round round, Keys keys) {
    const double ns = ns_of_each(keys.size(), [&](std::size_t i) { round.cache.set(keys[i], round.value); });
    expect("after overwriting there are", round.cache.stats().entries, round.queries.all.size());
    return ns;
}

double set_hot(Round round) {
    const Keys keys = round.queries.hot;
    set(round, keys.first(keys.size() / 10));
    return set(round, keys);
}

double incr(Round round) {
    const Keys keys = round.queries.counters;
    std::int64_t sum = 0;
    const double ns = ns_of_each(keys.size(), [&](std::size_t i) { sum = round.cache.incr(keys[i]); });
    expect("incr ended without counting any of", sum > 0 ? keys.size() : 0, keys.size());
    return ns;
}

/// In us. Letting go of the cache is not part of it.
double attach(Round round) {
    constexpr std::size_t kTimes = 20;
    double ns = 0;
    for (std::size_t i = 0; i < kTimes; ++i) {
        std::optional<Cache> cache;
        ns += bench::time_of([&] { cache = Cache::attach(round.name); });
    }
    return ns / kTimes / 1000;
}

/// Pages in use, the index included.
double bytes_per_entry(Round round) {
    const Stats stats = round.cache.stats();
    const std::uint64_t pages = stats.data_pages + stats.index_pages + stats.large_pages;
    return static_cast<double>(pages * round.cache.info().page_bytes) / static_cast<double>(stats.entries);
}

using enum Filling;

// Overwriting comes after whatever wants a cache as it was filled.
constexpr std::array kWorkloads{
    Workload{"get_hot", "ns", plain, get_hot},
    Workload{"get_uniform", "ns", plain, [](Round round) { return get_all(round, round.queries.uniform); }},
    Workload{"get_zipf", "ns", plain, [](Round round) { return get_all(round, round.queries.zipf); }},
    Workload{"get_miss", "ns", plain, [](Round round) { return get(round, round.queries.missing, 0); }},
    Workload{"get_many_uniform", "ns", plain, get_many},
    Workload{"set_new", "ns", plain, [](Round round) { return round.fill_ns; }},
    Workload{"attach", "us", plain, attach},
    Workload{"bytes_per_entry", "bytes", plain, bytes_per_entry},
    Workload{"set", "ns", plain, [](Round round) { return set(round, round.queries.uniform); }},
    Workload{"set_hot", "ns", plain, set_hot},
    Workload{"ttl_get", "ns", with_deadlines, get_hot},
    Workload{"incr", "ns", Filling::counters, incr},
};

constexpr bool are_the_workloads(std::string_view names) {
    for (const Workload& workload : kWorkloads) {
        if (!names.starts_with(workload.name)) return false;
        names.remove_prefix(workload.name.size());
        if (names.empty()) return &workload == &kWorkloads.back();
        names.remove_prefix(1);
    }
    return false;
}
static_assert(are_the_workloads(kWorkloadNames));

}  // namespace

BenchQueries::BenchQueries(std::size_t entries, std::size_t value_bytes) {
    constexpr std::size_t kMostBytes = std::size_t{64} << 20;
    const std::size_t count = std::min(std::clamp<std::size_t>(entries, 10'000, 1'000'000),
                                       std::max<std::size_t>(100, kMostBytes / value_bytes));
    all = bench::keys_from(0, entries);
    throw_if_interrupted();
    hot = bench::hot_keys(entries, bench::kHotEntries, count);
    throw_if_interrupted();
    zipf = bench::zipf_keys(entries, 0.99, count);
    throw_if_interrupted();
    uniform = bench::uniform_keys(entries, count);
    missing = bench::keys_from(entries, count);
    counters = bench::uniform_keys(bench::kHotEntries, count);
    views.assign(uniform.begin(), uniform.end());
    views.resize(count / kBatch * kBatch);
}

std::span<const Workload> workloads() noexcept { return kWorkloads; }

void fill(BenchRound& round, Filling filling) {
    if (filling == Filling::counters) return;
    const Timeout timeout = filling == with_deadlines ? Timeout(std::chrono::hours(1)) : Timeout::forever();
    const Keys keys = round.queries.all;
    round.fill_ns =
        ns_of_each(keys.size(), [&](std::size_t i) { round.cache.set(keys[i], round.value, timeout); });
    get_all(round, keys);
}

}  // namespace dummycache::cli
