// SPDX-License-Identifier: MIT
// What `bench` measures.
#include "tools/cli/commands/bench_workloads.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "tools/cli/process/exit_code.hpp"
#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// How long a call takes, in ns.
template <class Call>
double time_of(Call&& call) {
    const auto start = SteadyClock::now();
    call();
    return std::chrono::duration<double, std::nano>(SteadyClock::now() - start).count();
}

/// Calls `each` with `width` items at a time; a Ctrl-C ends it.
template <std::size_t width, class Item, class Each>
void for_each(std::span<Item> items, Each&& each) {
    constexpr std::size_t kBetweenLooks = 1024 * width;
    while (!items.empty()) {
        throw_if_interrupted();
        std::span<Item> part = items.first(std::min(items.size(), kBetweenLooks));
        items = items.subspan(part.size());
        for (; !part.empty(); part = part.subspan(width)) each(part.template first<width>());
    }
}

std::size_t get_each(const Cache& cache, Keys keys) {
    std::size_t found = 0;
    std::string value;
    for_each<1>(keys,
                [&](std::span<const std::string, 1> key) { found += cache.get(key[0], value) ? 1 : 0; });
    return found;
}

void set_each(Cache& cache, Keys keys, std::string_view value, Timeout timeout = {}) {
    for_each<1>(keys, [&](std::span<const std::string, 1> key) { cache.set(key[0], value, timeout); });
}

void expect(std::string_view what, std::size_t found, std::size_t expected) {
    if (found == expected) return;
    throw Failure(Exit::refused, "bench: " + std::string(what) + " " + std::to_string(found) +
                                     " keys and not " + std::to_string(expected) +
                                     "; its times mean nothing");
}

/// Reads all keys of a list; the time a key.
double get(const BenchRound& round, Keys keys, std::size_t expected) {
    std::size_t found = 0;
    const double ns = time_of([&] { found = get_each(round.cache, keys); });
    expect("the cache found", found, expected);
    return ns / static_cast<double>(keys.size());
}

double get_all(const BenchRound& round, Keys keys) { return get(round, keys, keys.size()); }

/// The other workloads have emptied the processor's caches.
double get_hot(const BenchRound& round) {
    const Keys keys = round.queries.hot;
    get_each(round.cache, keys.first(keys.size() / 10));
    return get_all(round, keys);
}

double get_many(const BenchRound& round) {
    const std::span<const std::string_view> keys = round.queries.batches;
    std::size_t found = 0;
    const double ns = time_of([&] {
        for_each<kBatch>(keys, [&](std::span<const std::string_view, kBatch> batch) {
            for (const auto& value : round.cache.get_many(std::span<const std::string_view>(batch)))
                found += value ? 1 : 0;
        });
    });
    expect("get_many found", found, keys.size());
    return ns / static_cast<double>(keys.size());
}

double set(const BenchRound& round, Keys keys) {
    const double ns = time_of([&] { set_each(round.cache, keys, round.value); });
    expect("after overwriting there are", round.cache.stats().entries, round.queries.all.size());
    return ns / static_cast<double>(keys.size());
}

double set_hot(const BenchRound& round) {
    const Keys keys = round.queries.hot;
    set_each(round.cache, keys.first(keys.size() / 10), round.value);
    return set(round, keys);
}

double incr(const BenchRound& round) {
    const Keys keys = round.queries.counters;
    std::int64_t sum = 0;
    const double ns = time_of([&] {
        for_each<1>(keys, [&](std::span<const std::string, 1> key) { sum = round.cache.incr(key[0]); });
    });
    expect("incr ended without counting any of", sum > 0 ? keys.size() : 0, keys.size());
    return ns / static_cast<double>(keys.size());
}

/// In us. Letting go of the cache is not part of it.
double attach(const BenchRound& round) {
    constexpr std::size_t kTimes = 20;
    double ns = 0;
    for (std::size_t i = 0; i < kTimes; ++i) {
        std::optional<Cache> cache;
        ns += time_of([&] { cache = Cache::attach(round.name); });
    }
    return ns / kTimes / 1000;
}

/// Pages in use, the index included.
double bytes_per_entry(const BenchRound& round) {
    const Stats stats = round.cache.stats();
    const std::uint64_t pages = stats.data_pages + stats.index_pages + stats.large_pages;
    return static_cast<double>(pages * round.cache.info().page_bytes) / static_cast<double>(stats.entries);
}

double set_new(const BenchRound& round) {
    return round.fill_ns / static_cast<double>(round.queries.all.size());
}

using Round = const BenchRound&;
using enum Filling;

// Overwriting comes after whatever wants a cache as it was filled.
constexpr std::array kWorkloads{
    Workload{"get_hot", "ns", plain, get_hot},
    Workload{"get_uniform", "ns", plain, [](Round round) { return get_all(round, round.queries.uniform); }},
    Workload{"get_zipf", "ns", plain, [](Round round) { return get_all(round, round.queries.zipf); }},
    Workload{"get_miss", "ns", plain, [](Round round) { return get(round, round.queries.missing, 0); }},
    Workload{"get_many_uniform", "ns", plain, get_many},
    Workload{"set_new", "ns", plain, set_new},
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

std::span<const Workload> workloads() noexcept { return kWorkloads; }

void fill(BenchRound& round, Filling filling) {
    if (filling == Filling::counters) return;
    const Timeout timeout = filling == with_deadlines ? Timeout(std::chrono::hours(1)) : Timeout::forever();
    const Keys keys = round.queries.all;
    round.fill_ns = time_of([&] { set_each(round.cache, keys, round.value, timeout); });
    expect("the cache holds", get_each(round.cache, keys), keys.size());
}

}  // namespace dummycache::cli
