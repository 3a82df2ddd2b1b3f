// SPDX-License-Identifier: MIT
#include "torture/shared/expected.hpp"

#include <boost/test/unit_test.hpp>

#include "store/layout/attachment.hpp"
#include "support/child.hpp"
#include "support/kill_points.hpp"

namespace dummycache::test {

void act(Cache& cache, const Scenario& scenario) {
    try {
        scenario.act(cache);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::full) throw;
    }
}

Expected expected_of(const PreparedCache& prepared, const Scenario& scenario) {
    CopiedCache cache(prepared, scenario.options);
    Expected expected;
    expected.before = contents_of(*cache);
    const Pipe pipe;
    Child child([&] {
        Cache own = cache.attach();
        die_at(0);
        act(own, scenario);
        pipe.write(kill_points_passed);
    });
    BOOST_REQUIRE(child.wait() == 0);
    expected.kill_points = pipe.read<std::uint64_t>();
    expected.after = contents_of(*cache);
    if (!scenario.checkpoint.empty()) {
        cache->rollback(scenario.checkpoint);
        expected.at_checkpoint = contents_of(*cache);
    }
    for (const auto* contents : {&expected.before, &expected.after, &expected.at_checkpoint}) {
        for (const auto& [key, seen] : *contents) expected.keys.insert(key);
    }
    return expected;
}

namespace {

bool is_allowed(const Scenario& scenario, const Expected& expected, const std::string& key,
                const std::optional<Seen>& seen) {
    if (seen == in(expected.before, key) || seen == in(expected.after, key)) return true;
    return scenario.evicts && !seen;
}

}  // namespace

Contents check_readers(CopiedCache& cache, const Scenario& scenario, const Expected& expected) {
    Contents read;
    std::size_t changed = 0;
    std::size_t unchanged = 0;
    for (const std::string& key : expected.keys) {
        const std::optional<Seen> seen = seen_by_reader(*cache, key);
        const bool allowed = is_allowed(scenario, expected, key, seen);
        BOOST_TEST(allowed, "key " << key << " is neither old nor new: " << described(seen));
        if (seen) read[key] = *seen;
        if (in(expected.before, key) == in(expected.after, key)) continue;
        (seen == in(expected.before, key) ? unchanged : changed) += 1;
    }
    if (scenario.all_or_nothing) BOOST_TEST((changed == 0 || unchanged == 0));
    return read;
}

void check_repaired(CopiedCache& cache, const Expected& expected, const Contents& read) {
    for (int i = 0; i < 40; ++i) BOOST_REQUIRE_NO_THROW(cache->erase("not there " + std::to_string(i)));
    BOOST_TEST(problems_of(*cache) == "");
    for (const std::string& key : expected.keys) {
        const std::optional<Seen> seen = seen_by_reader(*cache, key);
        const bool same = seen == in(read, key);
        BOOST_TEST(same, "key " << key << " was " << described(in(read, key))
                                << " before the repair and is now " << described(seen));
    }
    for (const auto& [key, seen] : contents_of(*cache)) {
        BOOST_TEST(expected.keys.contains(key), "key " << key << " comes from nowhere");
    }
}

void check_readers_of_half_a_rollback(CopiedCache& cache, const Scenario& scenario,
                                      const Expected& expected) {
    // Without this word nobody finishes it.
    if (attachment_of(*cache).memory.superblock->rollback_target.exchange(0) == 0) return;
    Scenario by_key = scenario;
    by_key.all_or_nothing = false;
    by_key.evicts = scenario.may_have_gaps;
    check_readers(cache, by_key, expected);
}

void check_rolls_back(CopiedCache& cache, const Scenario& scenario, const Expected& expected) {
    if (scenario.checkpoint.empty()) return;
    BOOST_REQUIRE_NO_THROW(cache->rollback(scenario.checkpoint));
    BOOST_TEST((contents_of(*cache) == expected.at_checkpoint), "a rollback gives something else");
    BOOST_TEST(problems_of(*cache) == "");
}

void check_goes_on(CopiedCache& cache, const Scenario& scenario) {
    BOOST_REQUIRE_NO_THROW(act(*cache, scenario));
    BOOST_TEST(problems_of(*cache) == "");
    BOOST_REQUIRE_NO_THROW(cache->clear());
    BOOST_REQUIRE(cache->set("after", "1"));
    BOOST_TEST((cache->get("after") == "1"));
    BOOST_TEST(problems_of(*cache) == "");
}

}  // namespace dummycache::test
