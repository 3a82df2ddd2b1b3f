// SPDX-License-Identifier: MIT
#include "torture/kill_points/kill_points_driver.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

#include "support/child.hpp"
#include "support/kill_points.hpp"
#include "support/random.hpp"
#include "torture/shared/expected.hpp"

namespace dummycache::test {

namespace {

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
            check_repaired(cache, expected, read);
            check_rolls_back(cache, scenario, expected);
            check_goes_on(cache, scenario);
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
            check_repaired(cache, expected, read);
            check_rolls_back(cache, scenario, expected);
            check_goes_on(cache, scenario);
        }
    }
    BOOST_TEST_MESSAGE(scenario.name << ": " << kills << " kills in operation and repair");
    return kills;
}

}  // namespace dummycache::test
