// SPDX-License-Identifier: MIT
// Writes of keys that are there already, and of new ones.
#include "tests/bench/compare.hpp"
#include "tools/bench/keys.hpp"

namespace dummycache::bench {

namespace {

const Limits kHotLimits{
    {"unordered_map", 0.9}, {"interprocess_map", 0.6}, {"lmdb", 0.25}, {"redis", 0.002}, {"memcached", 0.01}};
const Limits kColdLimits{{"unordered_map", 1.1}, {"interprocess_map", 0.6}, {"lmdb", 0.34}};
const Limits kNewLimits{{"unordered_map", 0.7}, {"interprocess_map", 0.5}};

Comparison overwrites(const std::string& workload, std::size_t entries,
                      const std::vector<std::string>& queries, const Limits& limits) {
    Comparison comparison;
    comparison.workload = workload;
    comparison.room = {entries};
    comparison.operations = queries.size();
    comparison.limits = limits;
    comparison.prepare = [entries](Store& store) { store.fill(keys_from(0, entries), usual_value()); };
    comparison.timed = [&queries](Store& store, std::size_t count) {
        store.set_each(Keys(queries).first(count), usual_value());
    };
    return comparison;
}

void set_hot(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = hot_keys(entries, kHotEntries, entries);
    Comparison comparison = overwrites("set_hot", entries, queries, kHotLimits);
    comparison.warm = comparison.timed;
    compare(settings, comparison);
}

void set_uniform(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = uniform_keys(entries, entries);
    compare(settings, overwrites("set", entries, queries, kColdLimits));
}

void set_new(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = keys_from(0, entries);
    Comparison comparison = overwrites("set_new", entries, queries, kNewLimits);
    comparison.prepare = nullptr;
    comparison.fresh = true;
    comparison.in_memory_only = true;
    compare(settings, comparison);
}

const RegisterWorkload registered[] = {
    {"set", "overwrites of any of a million entries", set_uniform},
    {"set_hot", "overwrites of 10,000 of a million entries", set_hot},
    {"set_new", "a million new entries in an empty store", set_new},
};

}  // namespace

}  // namespace dummycache::bench
