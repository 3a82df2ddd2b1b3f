// SPDX-License-Identifier: MIT
// How much memory an entry takes.
#include "tests/bench/bench.hpp"
#include "tests/bench/keys.hpp"
#include "tests/bench/scratch_cache.hpp"

namespace dummycache::bench {

namespace {

void report_bytes(const Settings& settings, Cache& cache, const std::string& when, double limit) {
    const Stats stats = cache.stats();
    const double page_bytes = static_cast<double>(cache.info().page_bytes);
    const auto entries = static_cast<double>(stats.entries);
    Row row;
    row.workload = "bytes_per_entry";
    row.unit = "bytes";
    row.measure = when + ", pages in use";
    row.ours = static_cast<double>(stats.data_pages + stats.index_pages) * page_bytes / entries;
    row.limit = limit;
    settings.report(row);
    row.measure = when + ", committed";
    row.ours = static_cast<double>(stats.committed_bytes) / entries;
    settings.report(row);
}

void bytes_per_entry(const Settings& settings) {
    constexpr double kFreshLimit = 180;
    constexpr double kOverwrittenLimit = 225;
    const std::size_t entries = settings.scaled(kEntries);
    ScratchCache scratch(std::uint64_t{1} << 30);
    for (const std::string& key : keys_from(0, entries)) scratch.cache().set(key, usual_value());
    report_bytes(settings, scratch.cache(), "fresh", kFreshLimit);
    for (const std::string& key : uniform_keys(entries, 3 * entries)) scratch.cache().set(key, usual_value());
    report_bytes(settings, scratch.cache(), "overwritten", kOverwrittenLimit);
}

const RegisterWorkload registered("bytes_per_entry",
                                  "memory an entry, index included; again after 3 overwrites each",
                                  bytes_per_entry);

}  // namespace

}  // namespace dummycache::bench
