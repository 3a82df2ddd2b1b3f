// SPDX-License-Identifier: MIT
// Waiting for a key to change.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

#include "store/layout/attachment.hpp"
#include "store/shard/watch.hpp"
#include "support/child.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

using Value = std::optional<std::string>;

const auto is_there = [](const Value& value) { return value.has_value(); };
const auto is_gone = [](const Value& value) { return !value.has_value(); };

}  // namespace

BOOST_AUTO_TEST_SUITE(store_wait)

BOOST_DATA_TEST_CASE(a_wait_for_what_is_so_already_returns_at_once, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    BOOST_TEST(cache->wait("a", is_gone));
    cache->set("a", "1");
    BOOST_TEST(cache->wait("a", is_there));
    BOOST_TEST(cache->wait("a", [](const Value& value) { return value == "1"; }));
}

BOOST_DATA_TEST_CASE(a_wait_gives_up_when_its_time_is_over, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    const auto start = std::chrono::steady_clock::now();
    BOOST_TEST(!cache->wait("a", is_there, 30ms));
    BOOST_TEST((std::chrono::steady_clock::now() - start >= 30ms));
    BOOST_TEST(!cache->wait("a", is_there, 0ms));
}

// A slow machine may need several rounds to show it.
BOOST_DATA_TEST_CASE(a_wait_gives_up_before_its_slice_is_over, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    bool in_time = false;
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (!in_time && std::chrono::steady_clock::now() < end) {
        const auto start = std::chrono::steady_clock::now();
        BOOST_TEST(!cache->wait("a", is_there, 10ms));
        in_time = std::chrono::steady_clock::now() - start < store::kWatchSlice;
    }
    BOOST_TEST(in_time);
}

BOOST_DATA_TEST_CASE(the_longest_timeout_there_is_waits, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    std::thread writer([&] {
        std::this_thread::sleep_for(20ms);
        cache->set("a", "1");
    });
    BOOST_TEST(cache->wait("a", is_there, std::chrono::milliseconds::max()));
    writer.join();
}

BOOST_DATA_TEST_CASE(another_thread_wakes_it, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    std::thread writer([&] {
        std::this_thread::sleep_for(20ms);
        cache->set("a", "1");
    });
    BOOST_TEST(cache->wait("a", is_there));
    writer.join();
}

BOOST_DATA_TEST_CASE(another_process_wakes_it, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    Child writer([&] {
        Cache own = Cache::attach(cache.name());
        for (int i = 1; i <= 100; ++i) own.set("a", std::to_string(i));
    });
    BOOST_TEST(cache->wait("a", [](const Value& value) { return value == "100"; }));
    BOOST_TEST(writer.wait() == 0);
}

// A waiting call that is not woken looks again when its slice is over: here at least 70 ms after the set. A round in
// which the machine was too slow to tell the two apart is made again.
BOOST_DATA_TEST_CASE(all_that_wait_for_a_key_are_woken_at_once, data::make(kAllKinds), kind) {
    constexpr int kWaiters = 4;
    TestCache cache(kind);
    using Clock = std::chrono::steady_clock;
    bool prompt = false;
    for (const auto end = Clock::now() + 60s; !prompt && Clock::now() < end;) {
        cache->erase("a");
        std::atomic<int> looked{0};
        std::atomic<std::int64_t> last{0};
        const auto begin = Clock::now();
        std::vector<std::thread> waiters;
        for (int i = 0; i < kWaiters; ++i) {
            waiters.emplace_back([&] {
                cache->wait("a", [&](const Value& value) {
                    looked += !value.has_value();
                    return value.has_value();
                });
                const std::int64_t now = (Clock::now() - begin).count();
                for (std::int64_t seen = last; seen < now && !last.compare_exchange_weak(seen, now);) {
                }
            });
        }
        while (looked < kWaiters) std::this_thread::yield();
        std::this_thread::sleep_for(10ms);  // until they sleep
        const auto set_at = Clock::now();
        cache->set("a", "1");
        for (std::thread& waiter : waiters) waiter.join();
        if (set_at - begin > 30ms) continue;
        prompt = begin + Clock::duration(last) - set_at < 50ms;
    }
    BOOST_TEST(prompt);
}

BOOST_DATA_TEST_CASE(it_sees_an_erase_a_clear_and_an_expiry, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    for (int way = 0; way < 3; ++way) {
        cache->set("a", "1", way == 2 ? Timeout(50ms) : Timeout());
        std::thread writer([&] {
            std::this_thread::sleep_for(10ms);
            if (way == 0) cache->erase("a");
            if (way == 1) cache->clear();
        });
        BOOST_TEST(cache->wait("a", is_gone));
        writer.join();
    }
}

BOOST_DATA_TEST_CASE(it_is_no_use_of_the_key, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->set("a", "1");
    const Stats before = cache->stats();
    BOOST_TEST(cache->wait("a", is_there));
    BOOST_TEST(cache->stats().hits == before.hits);
    BOOST_TEST(cache->stats().misses == before.misses);
}

BOOST_AUTO_TEST_CASE(writers_forget_a_waiter_that_was_killed) {
    TestCache cache(Kind::shared);
    Child waiter([&] { Cache::attach(cache.name()).wait("a", is_there); });
    layout::Shard& shard = cache.attachment().memory.shards[0];
    while (shard.watched_until.load() == 0) std::this_thread::sleep_for(1ms);
    waiter.kill();
    std::this_thread::sleep_for(3 * store::kWatchSlice);
    cache->set("b", "1");
    BOOST_TEST(shard.watched_until.load() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
