// SPDX-License-Identifier: MIT
// Goal: a process may be killed while it makes room, which concerns entries that it has nothing to
// do with: in a split, in compaction, in eviction, while memory is reserved.
// Method: as in kill_points_test.cpp; where there are many kill points, some of them.
#include <boost/test/unit_test.hpp>

#include "ipc/kill_point.hpp"
#include "store/layout/attachment.hpp"
#include "support/child.hpp"
#include "support/random.hpp"
#include "torture/kill_points/kill_points_driver.hpp"
#include "torture/shared/numbered_entries.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

namespace {

Scenario split() {
    Scenario scenario;
    scenario.name = "split";
    scenario.most_kills = 120;
    scenario.prepare = [](Cache& cache) {
        set_base(cache);
        cache.set("next", "");
        std::uint64_t i = 0;
        for (; i < 500 || !would_split(attachment_of(cache), key_of(i)); ++i) cache.set(key_of(i), "f");
        cache.set("next", key_of(i));
    };
    scenario.act = [](Cache& cache) { cache.set(cache.get("next").value(), "f"); };
    return scenario;
}

/// Overwrites entries with what they are already until compaction has moved some.
Scenario compaction() {
    Scenario scenario;
    scenario.name = "compaction";
    scenario.most_kills = 150;
    scenario.prepare = [](Cache& cache) {
        for (std::uint64_t i = 0; i < 2000; ++i) set_numbered(cache, i, 100);
        for (std::uint64_t i = 0; i < 2000 && cache.stats().moved_bytes == 0; i += 2)
            set_numbered(cache, i, 100);
    };
    scenario.act = [](Cache& cache) {
        const std::uint64_t before = cache.stats().moved_bytes;
        for (std::uint64_t i = 1; i < 2000 && cache.stats().moved_bytes == before; i += 3)
            set_numbered(cache, i, 100);
    };
    return scenario;
}

Scenario in_a_full_cache(const std::string& name, WhenFull when_full, std::size_t bytes,
                         std::function<void(Cache&)> act) {
    Scenario scenario;
    scenario.name = name;
    scenario.options = options_of(kMiB, when_full);
    scenario.evicts = when_full == WhenFull::evict;
    scenario.most_kills = 100;
    scenario.prepare = [bytes](Cache& cache) {
        const std::uint64_t count = fill(cache, bytes);
        for (std::uint64_t i = 0; i < count; i += 3) static_cast<void>(cache.get(key_of(i)));
    };
    scenario.act = std::move(act);
    return scenario;
}

void add_until_eviction(Cache& cache) {
    const std::uint64_t before = cache.stats().evicted;
    for (std::uint64_t i = 0; cache.stats().evicted == before; ++i) set_numbered(cache, 100'000 + i, 500);
}

void add_until_refused(Cache& cache) {
    for (std::uint64_t i = 0;; ++i) set_numbered(cache, 100'000 + i, 500);
}

Scenario expiry() {
    Scenario scenario = in_a_full_cache("expiry", WhenFull::refuse, 500, add_until_refused);
    scenario.prepare = [](Cache& cache) {
        const std::uint64_t count = fill(cache, 500, 1s);
        for (std::uint64_t i = 0; i < count; i += 3) cache.persist(key_of(i));
        attachment_of(cache).memory.superblock->clock.fetch_add(2'000'000);
    };
    return scenario;
}

Scenario growth() {
    Scenario scenario;
    scenario.name = "growth";
    scenario.options = options_of(32 * kMiB);
    scenario.prepare = set_base;
    scenario.act = [](Cache& cache) { cache.set("hand", std::string(10 * kMiB, 'h')); };
    scenario.most_kills = 100;
    return scenario;
}

void set_large(Cache& cache) { cache.set("hand", std::string(200'000, 'h')); }

/// Two shards: the pages of the large value come from both.
Scenario eviction_in_two_shards() {
    Scenario scenario = in_a_full_cache("eviction of large values of two shards", WhenFull::evict, 500'000,
                                        [](Cache& cache) { cache.set("hand", std::string(3'000'000, 'h')); });
    scenario.options = options_of(16 * kMiB);
    return scenario;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kill_points_reclaim)

BOOST_AUTO_TEST_CASE(a_split_loses_nothing) { BOOST_TEST(torture(Kind::shared, split()) > 80); }

BOOST_AUTO_TEST_CASE(compaction_loses_nothing) { BOOST_TEST(torture(Kind::shared, compaction()) > 100); }

BOOST_AUTO_TEST_CASE(compaction_loses_nothing_of_a_file) {
    BOOST_TEST(torture(Kind::file, compaction()) > 100);
}

BOOST_AUTO_TEST_CASE(growth_loses_nothing) { BOOST_TEST(torture(Kind::shared, growth()) > 20); }

BOOST_AUTO_TEST_CASE(eviction_leaves_values_whole) {
    BOOST_TEST(torture(Kind::shared, in_a_full_cache("eviction", WhenFull::evict, 500, add_until_eviction)) >
               80);
    BOOST_TEST(torture(Kind::shared,
                       in_a_full_cache("eviction for a large value", WhenFull::evict, 500, set_large)) > 80);
    BOOST_TEST(torture(Kind::shared, in_a_full_cache("eviction of large values", WhenFull::evict, 100'000,
                                                     set_large)) > 50);
    BOOST_TEST(torture(Kind::shared, eviction_in_two_shards()) > 50);
}

BOOST_AUTO_TEST_CASE(a_cache_that_refuses_loses_nothing) {
    BOOST_TEST(torture(Kind::shared, in_a_full_cache("refusal", WhenFull::refuse, 500, add_until_refused)) >
               20);
    BOOST_TEST(torture(Kind::shared,
                       in_a_full_cache("refusal of a large value", WhenFull::refuse, 500, set_large)) > 5);
    BOOST_TEST(torture(Kind::shared, expiry()) > 50);
}

BOOST_AUTO_TEST_CASE(pages_staged_by_the_dead_come_back) {
    TestCache cache(Kind::shared, options_of(4 * kMiB, WhenFull::refuse));
    const std::string large(kMiB, 'l');
    for (int round = 0; round < 20; ++round) {
        Child child([&] {
            ipc::kill_point_hook = [](const char* name) {
                if (std::string_view(name) == "large value written") ::raise(SIGKILL);
            };
            cache->set("large", large);
        });
        BOOST_REQUIRE(child.wait() == -SIGKILL);
        if (round % 2 == 0) BOOST_REQUIRE_NO_THROW(cache->set("large", large));
        if (round % 2 == 0) BOOST_REQUIRE(cache->erase("large"));
    }
    for (int i = 0; i < 3; ++i) BOOST_REQUIRE_NO_THROW(cache->set("large" + std::to_string(i), large));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(repairs_after_making_room_may_be_killed_too) {
    int kills = torture_repair(Kind::shared, compaction(), 25);
    kills += torture_repair(Kind::shared,
                            in_a_full_cache("eviction", WhenFull::evict, 500, add_until_eviction), 25);
    kills += torture_repair(Kind::shared, split(), 25);
    kills += torture_repair(Kind::shared, growth(), 10);
    BOOST_TEST(kills > 80);
}

BOOST_AUTO_TEST_SUITE_END()
