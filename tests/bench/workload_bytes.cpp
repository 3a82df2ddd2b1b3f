// SPDX-License-Identifier: MIT
// How much memory an entry takes.
#include "tests/bench/compare.hpp"
#include "tests/bench/scratch_cache.hpp"
#include "tools/bench/keys.hpp"

namespace dummycache::bench {

namespace {

/// Bytes of index and data pages, our own way to see it.
void report_pages(const Settings& settings, Cache& cache, const std::string& when, double limit) {
    const Stats stats = cache.stats();
    const auto pages = static_cast<double>(stats.data_pages + stats.index_pages);
    Row row;
    row.workload = "bytes_per_entry";
    row.unit = "bytes";
    row.measure = when + ", pages in use";
    row.ours = pages * static_cast<double>(cache.info().page_bytes) / static_cast<double>(stats.entries);
    row.limit = limit;
    settings.report(row);
}

void our_pages(const Settings& settings) {
    constexpr double kFreshLimit = 180;
    constexpr double kOverwrittenLimit = 225;
    const std::size_t entries = settings.scaled(kEntries);
    ScratchCache scratch(std::uint64_t{1} << 30);
    for (const std::string& key : keys_from(0, entries)) scratch.cache().set(key, usual_value());
    report_pages(settings, scratch.cache(), "fresh", kFreshLimit);
    for (const std::string& key : uniform_keys(entries, 3 * entries)) scratch.cache().set(key, usual_value());
    report_pages(settings, scratch.cache(), "overwritten", kOverwrittenLimit);
}

/// All that each store has of the system, or of its segment, for as many entries.
void report_memory(const Settings& settings, std::vector<Contestant>& all, Comparison comparison,
                   const std::string& when, const Limits& limits) {
    comparison.measure = when;
    comparison.limits = limits;
    const auto entries = static_cast<double>(comparison.room.entries);
    std::erase_if(all, [](const Contestant& one) { return !one.store->memory_bytes(); });
    for (Contestant& one : all) one.ns = {static_cast<double>(*one.store->memory_bytes()) / entries};
    report(settings, comparison, all, "bytes");
}

void bytes_per_entry(const Settings& settings) {
    our_pages(settings);
    Comparison comparison;
    comparison.workload = "bytes_per_entry";
    comparison.room = {settings.scaled(kEntries)};
    const std::size_t entries = comparison.room.entries;
    comparison.prepare = [entries](Store& store) { store.fill(keys_from(0, entries), usual_value()); };
    auto all = contestants(settings, comparison);
    report_memory(settings, all, comparison, "fresh",
                  {{"interprocess_map", 0.8}, {"redis", 0.85}, {"memcached", 0.9}});
    for (Contestant& one : all) one.store->fill(uniform_keys(entries, 3 * entries), usual_value());
    report_memory(settings, all, comparison, "overwritten", {{"redis", 1.05}});
}

const RegisterWorkload registered("bytes_per_entry",
                                  "memory an entry, index included; again after 3 overwrites each",
                                  bytes_per_entry);

}  // namespace

}  // namespace dummycache::bench
