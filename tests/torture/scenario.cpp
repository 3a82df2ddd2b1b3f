// SPDX-License-Identifier: MIT
#include "scenario.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

#include "copied_cache.hpp"
#include "support/checked_value.hpp"
#include "support/child.hpp"
#include "support/kill_points.hpp"
#include "support/random.hpp"

namespace dummycache::test {

namespace {

/// An Error is an answer: a full cache may refuse.
void act(Cache& cache, const Scenario& scenario) {
    try {
        scenario.act(cache);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::full) throw;
    }
}

struct Expected {
    Contents before;
    Contents after;
    std::set<std::string> keys;
    std::uint64_t kill_points = 0;
};

/// A run without a death: what the operation changes, and how many kill points it passes.
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
    for (const auto* contents : {&expected.before, &expected.after}) {
        for (const auto& [key, seen] : *contents) expected.keys.insert(key);
    }
    return expected;
}

/// All kill points if they are few; otherwise the first, the last, and some of those in between.
std::set<std::uint64_t> chosen_points(std::uint64_t all, std::uint64_t most) {
    std::set<std::uint64_t> chosen;
    if (all <= most) {
        for (std::uint64_t n = 1; n <= all; ++n) chosen.insert(n);
        return chosen;
    }
    for (std::uint64_t n = 1; n <= most / 4; ++n) chosen.insert({n, all + 1 - n});
    Random random(all);
    while (chosen.size() < most) chosen.insert(1 + random.below(all));
    return chosen;
}

bool is_allowed(const Scenario& scenario, const Expected& expected, const std::string& key,
                const std::optional<Seen>& seen) {
    if (seen == in(expected.before, key) || seen == in(expected.after, key)) return true;
    return scenario.evicts && !seen;
}

/// Reads every key without any lock. Nothing but old or new values may be seen.
Contents check_readers(CopiedCache& cache, const Scenario& scenario, const Expected& expected) {
    Contents read;
    std::size_t changed = 0;
    std::size_t unchanged = 0;
    for (const std::string& key : expected.keys) {
        const std::optional<Seen> seen = seen_by_reader(*cache, key);
        const bool allowed = is_allowed(scenario, expected, key, seen);
        BOOST_TEST(allowed, "key " << key << " is neither old nor new: " << described(seen));
        if (seen) read[key] = *seen;
        (seen == in(expected.before, key) ? unchanged : changed) += 1;
    }
    if (scenario.all_or_nothing) BOOST_TEST((changed == 0 || unchanged == 0));
    return read;
}

/// Writes, which repairs, and looks whether everything is as it was.
void check_repair(CopiedCache& cache, const Scenario& scenario, const Expected& expected,
                  const Contents& read) {
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
    BOOST_REQUIRE_NO_THROW(act(*cache, scenario));
    BOOST_TEST(problems_of(*cache) == "");
    BOOST_REQUIRE_NO_THROW(cache->clear());
    BOOST_REQUIRE(cache->set("after", "1"));
    BOOST_TEST((cache->get("after") == "1"));
    BOOST_TEST(problems_of(*cache) == "");
}

/// A child that dies at its n-th kill point. False if it came to its end.
bool dies(CopiedCache& cache, std::uint64_t nth, const std::function<void(Cache&)>& body) {
    Child child([&] {
        Cache own = cache.attach();
        die_at(nth);
        body(own);
    });
    const int result = child.wait();
    BOOST_REQUIRE((result == 0 || result == -SIGKILL));
    return result == -SIGKILL;
}

}  // namespace

int torture(Kind kind, const Scenario& scenario) {
    const PreparedCache prepared(kind, scenario.options, scenario.prepare);
    const Expected expected = expected_of(prepared, scenario);
    int kills = 0;
    for (const std::uint64_t nth : chosen_points(expected.kill_points, scenario.most_kills)) {
        BOOST_TEST_CONTEXT(scenario.name << ", killed at " << nth << " of " << expected.kill_points) {
            CopiedCache cache(prepared, scenario.options);
            if (!dies(cache, nth, [&](Cache& own) { act(own, scenario); })) continue;
            ++kills;
            const Contents read = check_readers(cache, scenario, expected);
            check_repair(cache, scenario, expected, read);
        }
    }
    BOOST_TEST_MESSAGE(scenario.name << ": " << kills << " kills, " << expected.kill_points
                                     << " kill points");
    return kills;
}

int torture_repair(Kind kind, const Scenario& scenario, std::uint64_t repair_kills) {
    const PreparedCache prepared(kind, scenario.options, scenario.prepare);
    const Expected expected = expected_of(prepared, scenario);
    Random random(7);
    int kills = 0;
    for (std::uint64_t i = 0; i < repair_kills; ++i) {
        const std::uint64_t nth = 1 + random.below(expected.kill_points);
        // The first and the last steps of a repair are few, between them every bucket is raised.
        const std::uint64_t second = 1 + random.below(i % 2 == 0 ? 20 : 3000);
        BOOST_TEST_CONTEXT(scenario.name << ", killed at " << nth << " and in the repair at " << second) {
            CopiedCache cache(prepared, scenario.options);
            if (!dies(cache, nth, [&](Cache& own) { act(own, scenario); })) continue;
            const Contents read = check_readers(cache, scenario, expected);
            kills += 1 + dies(cache, second, [](Cache& own) { own.erase("not there"); });
            check_readers(cache, scenario, expected);
            check_repair(cache, scenario, expected, read);
        }
    }
    BOOST_TEST_MESSAGE(scenario.name << ": " << kills << " kills in operation and repair");
    return kills;
}

void set_base(Cache& cache) {
    for (std::uint64_t i = 0; i < 200; ++i) {
        const std::string key = "base" + std::to_string(i);
        cache.set(key, checked_value(key, i, i * 7 % 300),
                  i % 3 == 0 ? Timeout(std::chrono::hours(1)) : Timeout{});
    }
    for (const std::uint64_t i : {1000U, 1001U, 1002U}) {
        const std::string key = "large" + std::to_string(i);
        cache.set(key, checked_value(key, i, 60'000 + i));
    }
}

}  // namespace dummycache::test
