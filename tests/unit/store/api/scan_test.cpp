// SPDX-License-Identifier: MIT
// The keys of a cache, some at a time, while others write.
#include "dummycache/scan.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "support/random.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

std::string key_of(std::size_t number) { return "key:" + std::to_string(number); }

/// How often each key is visited; `between` is called after each step.
template <class Between>
std::map<std::string, int> scanned(const Cache& cache, std::size_t count, Between&& between) {
    std::map<std::string, int> visits;
    std::uint64_t cursor = 0;
    do {
        cursor = scan(cache, cursor, count, [&](std::string_view key) { ++visits[std::string(key)]; });
        between();
    } while (cursor != 0);
    return visits;
}

std::map<std::string, int> scanned(const Cache& cache, std::size_t count) {
    return scanned(cache, count, [] {});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_scan)

BOOST_DATA_TEST_CASE(an_empty_cache_has_no_keys, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    BOOST_TEST(scanned(*cache, 10).empty());
    cache->set("a", "1");
    cache->clear();
    BOOST_TEST(scanned(*cache, 10).empty());
}

BOOST_DATA_TEST_CASE(each_key_is_visited_once_if_nobody_writes,
                     data::make(kAllKinds) * data::make({1, 7, 100, 1'000'000}), kind, count) {
    TestCache cache(kind, options_of(32 * kMiB));
    constexpr std::size_t kKeys = 20'000;
    for (std::size_t i = 0; i < kKeys; ++i) cache->set(key_of(i), "v");
    const auto visits = scanned(*cache, static_cast<std::size_t>(count));
    BOOST_TEST(visits.size() == kKeys);
    for (const auto& [key, times] : visits) BOOST_REQUIRE_MESSAGE(times == 1, key << " " << times);
}

BOOST_AUTO_TEST_CASE(a_step_visits_about_as_many_keys_as_asked_for) {
    TestCache cache(Kind::private_memory, options_of(32 * kMiB));
    for (std::size_t i = 0; i < 20'000; ++i) cache->set(key_of(i), "v");
    std::size_t visited = 0;
    static_cast<void>(scan(*cache, 0, 100, [&](std::string_view) { ++visited; }));
    BOOST_TEST(visited >= 100U);
    BOOST_TEST(visited < 110U);
}

BOOST_DATA_TEST_CASE(large_keys_and_values_are_visited_and_expired_ones_are_not, data::make(kAllKinds),
                     kind) {
    FrozenCache cache(kind);
    const std::string large_key(60'000, 'k');
    cache->set(large_key, std::string(100'000, 'v'));
    cache->set("soon", "v", 1s);
    cache->set("later", "v", 3s);
    cache.clock().advance(2'000'000);
    const auto visits = scanned(*cache, 10);
    BOOST_TEST(visits.size() == 2U);
    BOOST_TEST(visits.contains(large_key));
    BOOST_TEST(visits.contains("later"));
}

BOOST_AUTO_TEST_CASE(a_key_that_stays_is_visited_while_the_index_splits) {
    for (std::size_t stay : {10U, 1'000U, 5'000U}) {
        TestCache cache(Kind::private_memory, options_of(64 * kMiB));
        for (std::size_t i = 0; i < stay; ++i) cache->set("stay:" + std::to_string(i), "v");
        const std::uint64_t splits = cache->stats().splits;
        std::size_t next = 0;
        const auto visits = scanned(*cache, 50, [&] {
            for (std::size_t i = 0; i < 500 && next < 200'000; ++i) cache->set(key_of(next++), "v");
        });
        BOOST_REQUIRE(cache->stats().evicted == 0U);
        BOOST_TEST((stay < 1'000 || cache->stats().splits > splits + 10));
        for (std::size_t i = 0; i < stay; ++i)
            BOOST_REQUIRE_MESSAGE(visits.contains("stay:" + std::to_string(i)), i << " of " << stay);
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_stays_is_visited_while_others_come_go_and_are_moved) {
    TestCache cache(Kind::shared, options_of(16 * kMiB));
    constexpr std::size_t kStay = 3'000;
    for (std::size_t i = 0; i < kStay; ++i) cache->set("stay:" + std::to_string(i), "v");
    std::atomic<bool> done{false};
    std::thread writer([&] {
        for (std::size_t i = 0; !done; ++i) {
            cache->set(key_of(i % 20'000), std::string(100, 'x'));
            cache->erase(key_of((i * 7) % 20'000));
            cache->set("stay:" + std::to_string(i % kStay), "w");
        }
    });
    for (int round = 0; round < 20; ++round) {
        const auto visits = scanned(*cache, 64);
        for (std::size_t i = 0; i < kStay; ++i)
            if (!visits.contains("stay:" + std::to_string(i))) BOOST_ERROR("missed " << i);
    }
    done = true;
    writer.join();
    BOOST_TEST(cache->stats().evicted == 0U);
}

BOOST_AUTO_TEST_CASE(a_cursor_that_nobody_gave_is_harmless) {
    TestCache cache(Kind::private_memory);
    for (std::size_t i = 0; i < 100; ++i) cache->set(key_of(i), "v");
    Random random(1);
    for (int i = 0; i < 10'000; ++i) {
        const std::uint64_t cursor = random.bits() >> random.below(64);
        static_cast<void>(
            scan(*cache, cursor, 10, [](std::string_view key) { BOOST_REQUIRE(!key.empty()); }));
    }
    BOOST_TEST(scan(*cache, ~std::uint64_t{0}, 10, [](std::string_view) { BOOST_ERROR("a key"); }) == 0U);
}

BOOST_AUTO_TEST_CASE(a_cache_that_was_removed_says_so) {
    TestCache cache(Kind::shared);
    Cache::remove(cache.name());
    BOOST_TEST(throws(ErrorCode::removed, [&] { static_cast<void>(scan(*cache, 0, 1, [](auto) {})); }));
}

BOOST_AUTO_TEST_SUITE_END()
