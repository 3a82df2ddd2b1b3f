// SPDX-License-Identifier: MIT
// Reads of one key: a million entries in every store, and queries that lie ready in their order.
#include "tests/bench/compare.hpp"
#include "tests/bench/keys.hpp"

namespace dummycache::bench {

namespace {

constexpr double kLimit = 1.2;

Comparison reads(const std::string& workload, std::size_t entries, const std::vector<std::string>& queries,
                 std::size_t expected) {
    Comparison comparison;
    comparison.workload = workload;
    comparison.entries = entries;
    comparison.operations = queries.size();
    comparison.limit = kLimit;
    comparison.prepare = [entries](Store& store) { store.set_each(keys_from(0, entries), usual_value()); };
    comparison.timed = [&queries, expected](Store& store) { expect_found(store.get_each(queries), expected); };
    return comparison;
}

/// The other stores have emptied the processor's caches since the last round.
Comparison warmed(Comparison comparison, Keys queries) {
    comparison.warm = [queries](Store& store) { store.get_each(queries.first(queries.size() / 10)); };
    return comparison;
}

void get_hot(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = hot_keys(entries, kHotEntries, entries);
    compare(settings, warmed(reads("get_hot", entries, queries, queries.size()), queries));
}

void get_hot_optional(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = hot_keys(entries, kHotEntries, entries);
    Comparison comparison = warmed(reads("get_hot_optional", entries, queries, queries.size()), queries);
    comparison.limit.reset();
    comparison.timed = [&](Store& store) { expect_found(store.get_optional_each(queries), queries.size()); };
    compare(settings, comparison);
}

void get_small(const Settings& settings) {
    const auto queries = uniform_keys(kHotEntries, settings.scaled(kEntries));
    compare(settings, warmed(reads("get_small", kHotEntries, queries, queries.size()), queries));
}

void get_uniform(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = uniform_keys(entries, entries);
    compare(settings, reads("get_uniform", entries, queries, queries.size()));
}

void get_zipf(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = zipf_keys(entries, 0.99, entries);
    compare(settings, reads("get_zipf", entries, queries, queries.size()));
}

void get_miss(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = keys_from(entries, entries);
    compare(settings, reads("get_miss", entries, queries, 0));
}

/// The map has no deadlines: the ratio says what one costs on top.
void ttl_get(const Settings& settings) {
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = hot_keys(entries, kHotEntries, entries);
    Comparison comparison = warmed(reads("ttl_get", entries, queries, queries.size()), queries);
    comparison.limit.reset();
    comparison.prepare = [entries](Store& store) {
        store.set_each(keys_from(0, entries), usual_value(), std::chrono::hours(1));
    };
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
