// SPDX-License-Identifier: MIT
// Many threads on one handle. Also run under ThreadSanitizer.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "support/checked_value.hpp"
#include "support/random.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

constexpr int kThreads = 4;

#if defined(__SANITIZE_THREAD__)
constexpr int kSlower = 20;
#else
constexpr int kSlower = 1;
#endif

/// Runs `body(i)` in several threads at once.
template <class Body>
void run_threads(int count, Body body) {
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back(body, i);
    for (std::thread& thread : threads) thread.join();
}

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }

/// Writes and reads random keys; counts values that are torn or another key's.
void write_and_read(Cache& cache, std::uint64_t stream, std::uint64_t keys, std::size_t most,
                    std::atomic<int>& torn) {
    Random random(stream);
    std::string value;
    for (int i = 0; i < 40'000 / kSlower; ++i) {
        const std::string key = key_of(random.below(keys));
        switch (random.below(8)) {
            case 0: cache.set(key, checked_value(key, random.bits(), random.below(most))); break;
            case 1: cache.erase(key); break;
            case 2: cache.touch(key, std::chrono::hours(1)); break;
            case 3:
                if (const auto taken = cache.take(key)) torn += !number_in(key, *taken);
                break;
            default:
                if (cache.get(key, value)) torn += !number_in(key, value);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_threads)

BOOST_DATA_TEST_CASE(increments_of_all_threads_add_up, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    constexpr int kEach = 20'000 / kSlower;
    std::atomic<bool> went_back{false};
    run_threads(kThreads, [&](int) {
        std::int64_t last = 0;
        for (int i = 0; i < kEach; ++i) {
            const std::int64_t now = cache->incr("sum");
            if (now <= last) went_back = true;
            last = now;
        }
    });
    BOOST_TEST((cache->get("sum") == std::to_string(kThreads * kEach)));
    BOOST_TEST(!went_back);
}

BOOST_DATA_TEST_CASE(values_are_whole_in_a_roomy_cache, data::make(kAllKinds), kind) {
    TestCache cache(kind, options_of(32 * kMiB));
    std::atomic<int> torn{0};
    run_threads(kThreads,
                [&](int i) { write_and_read(*cache, static_cast<std::uint64_t>(i), 500, 2000, torn); });
    BOOST_TEST(torn == 0);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(values_are_whole_in_a_cache_that_evicts, data::make({100, 5000, 60'000}), most) {
    TestCache cache(Kind::private_memory, options_of(2 * kMiB));
    std::atomic<int> torn{0};
    run_threads(kThreads, [&](int i) {
        write_and_read(*cache, static_cast<std::uint64_t>(i), 20'000, static_cast<std::size_t>(most), torn);
    });
    BOOST_TEST(torn == 0);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(whole_cache_calls_get_on_beside_writers, data::make(kAllKinds), kind) {
    TestCache cache(kind, options_of(20 * kMiB));
    std::atomic<int> torn{0};
    run_threads(kThreads, [&](int number) {
        if (number != 0) return write_and_read(*cache, static_cast<std::uint64_t>(number), 500, 500, torn);
        for (int i = 0; i < 60 / kSlower + 1; ++i) {
            cache->visit([&](const EntryView& entry) {
                torn += !number_in(entry.key, entry.value);
                return true;
            });
            if (i % 5 == 0) cache->clear();
            if (i % 5 == 1) cache->erase_if("key1*");
            if (!cache->check().empty()) ++torn;
            static_cast<void>(cache->stats());
            static_cast<void>(cache->info());
        }
    });
    BOOST_TEST(torn == 0);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(callers_that_meet_in_get_or_set_get_the_same_value) {
    TestCache cache(Kind::private_memory);
    for (int round = 0; round < 200 / kSlower; ++round) {
        std::string values[kThreads];
        run_threads(kThreads, [&](int i) {
            values[i] = cache->get_or_set(key_of(static_cast<std::uint64_t>(round)),
                                          [&] { return std::to_string(i); });
        });
        for (const std::string& value : values) BOOST_REQUIRE(value == values[0]);
    }
}

BOOST_AUTO_TEST_CASE(attachments_come_and_go_beside_writers) {
    TestCache cache(Kind::shared);
    std::atomic<int> torn{0};
    run_threads(kThreads, [&](int number) {
        if (number != 0) return write_and_read(*cache, static_cast<std::uint64_t>(number), 100, 500, torn);
        for (int i = 0; i < 200 / kSlower; ++i) cache.attach().incr("attached");
    });
    BOOST_TEST(torn == 0);
    BOOST_TEST((cache->get("attached") == std::to_string(200 / kSlower)));
}

BOOST_AUTO_TEST_SUITE_END()
