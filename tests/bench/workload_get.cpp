// SPDX-License-Identifier: MIT
// Reads of one key: a million entries in every store, and queries that lie ready in their order.
#include "tests/bench/compare.hpp"
#include "tools/bench/keys.hpp"

namespace dummycache::bench {

namespace {

const Limits kHotLimits{
    {"unordered_map", 0.9}, {"interprocess_map", 0.6}, {"lmdb", 0.25}, {"redis", 0.002}, {"memcached", 0.01}};
const Limits kColdLimits{{"unordered_map", 0.75}, {"interprocess_map", 0.5}, {"lmdb", 0.25}};

Comparison reads(const std::string& workload, std::size_t entries, const std::vector<std::string>& queries,
                 bool are_there, const Limits& limits) {
    Comparison comparison;
    comparison.workload = workload;
    comparison.room = {entries};
    comparison.operations = queries.size();
    comparison.limits = limits;
    comparison.prepare = [entries](Store& store) { store.fill(keys_from(0, entries), usual_value()); };
    comparison.timed = [&queries, are_there](Store& store, std::size_t count) {
        expect_found(store.get_each(Keys(queries).first(count)), are_there ? count : 0);
    };
    return comparison;
}

/// The other stores have emptied the processor's caches since the last round.
Comparison warmed(Comparison comparison, Keys queries) {
    comparison.warm = [queries](Store& store, std::size_t count) { store.get_each(queries.first(count)); };
    return comparison;
}

void get_hot(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = hot_keys(entries, kHotEntries, entries);
    compare(settings, warmed(reads("get_hot", entries, queries, true, kHotLimits), queries));
}

void get_hot_optional(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = hot_keys(entries, kHotEntries, entries);
    Comparison comparison = warmed(reads("get_hot_optional", entries, queries, true, {}), queries);
    comparison.timed = [&](Store& store, std::size_t count) {
        expect_found(store.get_optional_each(Keys(queries).first(count)), count);
    };
    compare(settings, comparison);
}

void get_small(const Settings& settings) {
    const auto queries = uniform_keys(kHotEntries, settings.scaled(kEntries));
    compare(settings, warmed(reads("get_small", kHotEntries, queries, true, {}), queries));
}

void get_uniform(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = uniform_keys(entries, entries);
    compare(settings, reads("get_uniform", entries, queries, true, kColdLimits));
}

void get_zipf(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = zipf_keys(entries, 0.99, entries);
    compare(settings, reads("get_zipf", entries, queries, true, kColdLimits));
}

void get_miss(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = keys_from(entries, entries);
    compare(settings, reads("get_miss", entries, queries, false, {}));
}

/// Maps and LMDB have no deadlines: the ratio says what one costs on top.
void ttl_get(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = hot_keys(entries, kHotEntries, entries);
    Comparison comparison = warmed(reads("ttl_get", entries, queries, true, {}), queries);
    comparison.prepare = [entries](Store& store) {
        store.set_each(keys_from(0, entries), usual_value(), std::chrono::hours(1));
    };
    comparison.in_memory_only = true;
    compare(settings, comparison);
}

const RegisterWorkload registered[] = {
    {"get_hot", "10,000 of a million entries, into a string that is used again", get_hot},
    {"get_hot_optional", "the same, each into a std::optional<std::string>", get_hot_optional},
    {"get_small", "a store of 10,000 entries", get_small},
    {"get_uniform", "any of a million entries", get_uniform},
    {"get_zipf", "a million entries, Zipf 0.99", get_zipf},
    {"get_miss", "keys that are not there, a million others", get_miss},
    {"ttl_get", "get_hot of entries with a deadline", ttl_get},
};

}  // namespace

}  // namespace dummycache::bench
