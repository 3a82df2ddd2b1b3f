// SPDX-License-Identifier: MIT
// Goal: processes that read and write as fast as they can are killed and stopped at random instants,
// not only at kill points; nothing that was acknowledged is lost, no reader sees a torn value, and
// none hangs.
// Method: eight processes on one cache, which the parent kills, stops and starts again. Values check
// themselves; writers say in shared memory what they were told. Each cache lives for some seconds,
// so that splits and the growth of a young cache are met again and again.
#include <boost/test/unit_test.hpp>

#include <iostream>

#include "torture/storms/storm_driver.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kPlans = 4;
constexpr std::uint64_t kKillsPerSecond = 85;

/// A cache whose writers wait longer for a lock than it takes to find out that they hang.
Options options(std::uint64_t capacity, WhenFull when_full) {
    Options chosen = options_of(capacity, when_full);
    chosen.lock_timeout = 20s;
    return chosen;
}

StormPlan roomy() { return {"roomy", options(16 * kMiB, WhenFull::evict), 100'000, 5}; }
StormPlan evicting() { return {"evicting", options(kMiB, WhenFull::evict), 150'000, 5}; }
StormPlan refusing() { return {"refusing", options(kMiB, WhenFull::refuse), 150'000, 60}; }
StormPlan large() { return {"large", options(16 * kMiB, WhenFull::evict), 600'000, 5, 6}; }

/// A part of the storm: for its time, and longer if the machine is too busy for that many kills.
StormResult run(const StormPlan& plan, std::uint64_t stream) {
    const auto seconds = number_from_environment("DUMMYCACHE_TEST_STORM_SECONDS", 60);
    const auto time = std::chrono::milliseconds(seconds * 1000 / kPlans);
    const std::uint64_t kills = seconds * kKillsPerSecond / kPlans;
    const auto end = Storm::Clock::now() + time;
    StormResult result;
    for (int round = 0; result.is_good(); ++round) {
        const auto now = Storm::Clock::now();
        if (now >= end && result.kills >= kills) break;
        const Kind kind = round % 3 == 2 ? Kind::file : Kind::shared;
        Storm(plan, kind, stream + 1000 * static_cast<std::uint64_t>(round), result)
            .run_until(now + std::min<std::chrono::nanoseconds>(2500ms, std::max(end - now, 500ms + 0ns)));
    }
    std::cout << "storm, " << plan.name << ": " << result << std::endl;
    return result;
}

void check(const StormResult& result) {
    BOOST_TEST(result.torn == 0U);
    BOOST_TEST(result.lost == 0U);
    BOOST_TEST(result.hung == 0U);
    BOOST_TEST(result.broken == 0U);
    BOOST_TEST(result.kills > 0U);
    BOOST_TEST(result.stops > 0U);
    BOOST_TEST(result.repairs > 0U);
    BOOST_TEST(result.read_retries > 0U);
    BOOST_TEST(result.clears > 0U);
    BOOST_TEST(result.counter_checks > 0U);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(storm)

BOOST_AUTO_TEST_CASE(a_storm_in_a_roomy_cache_loses_nothing) {
    const StormResult result = run(roomy(), 1);
    check(result);
    BOOST_TEST(result.evicted == 0U);
    BOOST_TEST(result.moved_bytes > 0U);
    BOOST_TEST(result.splits > 0U);
}

BOOST_AUTO_TEST_CASE(a_storm_in_a_small_cache_tears_nothing) {
    const StormResult result = run(evicting(), 2);
    check(result);
    BOOST_TEST(result.evicted > 0U);
}

BOOST_AUTO_TEST_CASE(a_storm_in_a_full_cache_of_large_values_tears_nothing) {
    const StormResult result = run(large(), 4);
    check(result);
    BOOST_TEST(result.evicted > 0U);
}

BOOST_AUTO_TEST_CASE(a_storm_in_a_cache_that_refuses_loses_nothing) {
    const StormResult result = run(refusing(), 3);
    check(result);
    BOOST_TEST(result.evicted == 0U);
    BOOST_TEST(result.expired > 0U);
    BOOST_TEST(result.full > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
