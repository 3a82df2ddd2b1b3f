// SPDX-License-Identifier: MIT
// Reads of many keys at once.
#include "tests/bench/compare.hpp"
#include "tools/bench/keys.hpp"

namespace dummycache::bench {

namespace {

void get_many_uniform(const Settings& settings) {
    constexpr std::size_t kBatch = 16;
    const std::size_t entries = settings.scaled(kEntries);
    const auto queries = uniform_keys(entries, entries / kBatch * kBatch);
    const std::vector<std::string_view> views(queries.begin(), queries.end());
    Comparison comparison;
    comparison.workload = "get_many_uniform";
    comparison.room = {entries};
    comparison.limits = {{"unordered_map", 0.3}};
    comparison.operations = queries.size();
    comparison.prepare = [entries](Store& store) { store.fill(keys_from(0, entries), usual_value()); };
    comparison.timed = [&](Store& store, std::size_t count) {
        expect_found(store.get_many_each(std::span(views).first(count), kBatch), count);
    };
    compare(settings, comparison);
}

const RegisterWorkload registered("get_many_uniform", "16 keys a call, any of a million entries; ns a key",
                                  get_many_uniform);

}  // namespace

}  // namespace dummycache::bench
