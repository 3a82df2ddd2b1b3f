// SPDX-License-Identifier: MIT
// Counters.
#include "tests/bench/compare.hpp"
#include "tools/bench/keys.hpp"

namespace dummycache::bench {

namespace {

void incr(const Settings& settings) {
    const auto queries = uniform_keys(kHotEntries, settings.scaled(kEntries));
    Comparison comparison;
    comparison.workload = "incr";
    comparison.room = {kHotEntries};
    comparison.operations = queries.size();
    comparison.timed = [&](Store& store, std::size_t count) {
        if (store.incr_each(Keys(queries).first(count)) < 1) expect_found(0, 1);
    };
    compare(settings, comparison);
}

const RegisterWorkload registered("incr", "adds 1 to any of 10,000 counters, kept as decimal text", incr);

}  // namespace

}  // namespace dummycache::bench
