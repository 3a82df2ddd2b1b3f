// SPDX-License-Identifier: MIT
// Writes of keys that are there already, and of new ones.
#include "tests/bench/compare.hpp"
#include "tests/bench/keys.hpp"

namespace dummycache::bench {

namespace {

constexpr double kLimit = 1.5;

Comparison overwrites(const std::string& workload, std::size_t entries, const std::vector<std::string>& queries) {
    Comparison comparison;
    comparison.workload = workload;
    comparison.entries = entries;
    comparison.operations = queries.size();
    comparison.limit = kLimit;
    comparison.prepare = [entries](Store& store) { store.set_each(keys_from(0, entries), usual_value()); };
    comparison.timed = [&queries](Store& store) { store.set_each(queries, usual_value()); };
    return comparison;
}

void set_hot(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = hot_keys(entries, kHotEntries, entries);
    Comparison comparison = overwrites("set_hot", entries, queries);
    const Keys first = Keys(queries).first(queries.size() / 10);
    comparison.warm = [first](Store& store) { store.set_each(first, usual_value()); };
    compare(settings, comparison);
}

void set_uniform(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = uniform_keys(entries, entries);
    compare(settings, overwrites("set", entries, queries));
}

void set_new(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = keys_from(0, entries);
    Comparison comparison = overwrites("set_new", entries, queries);
    comparison.limit.reset();
    comparison.prepare = nullptr;
    comparison.fresh = true;
    compare(settings, comparison);
}

const RegisterWorkload registered[] = {
    {"set", "overwrites of any of a million entries", set_uniform},
    {"set_hot", "overwrites of 10,000 of a million entries", set_hot},
    {"set_new", "a million new entries in an empty store", set_new},
};

}  // namespace

}  // namespace dummycache::bench
