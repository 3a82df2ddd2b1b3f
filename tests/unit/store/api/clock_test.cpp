// SPDX-License-Identifier: MIT
// A cache's time as users see and move it.
#include "dummycache/clock.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <thread>

#include "store/layout/attachment.hpp"
#include "support/child.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

const auto is_gone = [](const std::optional<std::string>& value) { return !value.has_value(); };

}  // namespace

BOOST_AUTO_TEST_SUITE(store_clock)

BOOST_DATA_TEST_CASE(a_new_clock_runs_from_near_one_second, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    const Clock clock(*cache);
    const ClockReading first = clock.read();
    BOOST_TEST(!first.frozen);
    BOOST_TEST((first.now >= 1s && first.now < 1min));
    std::this_thread::sleep_for(2ms);
    BOOST_TEST((clock.now() >= first.now + 2ms));
    BOOST_TEST((clock.read().offset == first.offset));
}

BOOST_DATA_TEST_CASE(nothing_expires_while_it_is_frozen, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    Clock clock(*cache);
    clock.freeze();
    BOOST_TEST(clock.frozen());
    cache->set("a", "1", 2ms);
    const auto now = clock.now();
    std::this_thread::sleep_for(5ms);
    BOOST_TEST((clock.now() == now));
    BOOST_TEST((cache->ttl("a") == 2ms));
    clock.resume();
    BOOST_TEST(!clock.frozen());
    std::this_thread::sleep_for(3ms);
    BOOST_TEST(!cache->get("a"));
}

BOOST_DATA_TEST_CASE(a_resumed_clock_goes_on_from_where_it_stood, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    Clock clock(*cache);
    clock.advance(10h);
    clock.freeze();
    const auto frozen_at = clock.now();
    std::this_thread::sleep_for(5ms);
    clock.resume();
    BOOST_TEST((clock.now() >= frozen_at));
    BOOST_TEST((clock.now() < frozen_at + 1h));
}

BOOST_DATA_TEST_CASE(advancing_lets_entries_expire, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    Clock clock(*cache);
    for (const bool frozen : {false, true}) {
        if (frozen) clock.freeze();
        cache->set("a", "1", 1h);
        cache->set("b", "1", 3h);
        clock.advance(1h);
        BOOST_TEST(!cache->get("a"));
        BOOST_TEST((cache->ttl("b") <= 2h));
        BOOST_TEST((cache->ttl("b") > 1h));
        clock.advance(0us);
        BOOST_TEST(cache->contains("b"));
    }
    BOOST_TEST((cache->ttl("b") == 2h));
}

BOOST_DATA_TEST_CASE(advancing_never_goes_back, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    Clock clock(*cache);
    const auto now = clock.now();
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { clock.advance(-1us); }));
    BOOST_TEST((clock.now() == now));
    const std::chrono::microseconds latest(std::int64_t{1} << 55);
    for (const auto step : {std::chrono::microseconds::max(), latest, latest - now + 1us}) {
        BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { clock.advance(step); }));
        BOOST_TEST((clock.now() == now));
    }
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { clock.set(latest + 1us); }));
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { clock.set(latest + 1us, Backwards::allow); }));
    clock.advance(latest - now);
    BOOST_TEST((clock.now() == latest));
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { clock.advance(1us); }));
    BOOST_TEST((clock.now() == latest));
    // Even there a finite timeout is what it says.
    cache->set("a", "1", 999 * 365 * 24h);
    BOOST_TEST((cache->ttl("a") == 999 * 365 * 24h));
}

BOOST_DATA_TEST_CASE(setting_it_back_has_to_be_allowed, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    Clock clock(*cache);
    clock.set(1000s);
    BOOST_TEST((clock.now() == 1000s));
    clock.set(1000s);
    cache->set("a", "1", 10s);
    clock.set(1010s);
    BOOST_TEST(!cache->contains("a"));
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { clock.set(1010s - 1us); }));
    BOOST_TEST((clock.now() == 1010s));
    clock.set(1009s, Backwards::allow);
    BOOST_TEST(clock.frozen());
    BOOST_TEST((cache->ttl("a") == 1s));
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { clock.set(-1us, Backwards::allow); }));
    clock.set(0us, Backwards::allow);
    BOOST_TEST((clock.now() == 1us));
    clock.resume();
    std::this_thread::sleep_for(1ms);
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { clock.set(1us); }));
    clock.set(2000s);
    BOOST_TEST((clock.now() >= 2000s && clock.now() < 2100s));
}

BOOST_DATA_TEST_CASE(two_processes_see_one_clock, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    Clock clock(*cache);
    cache->set("a", "1", 1h);
    Pipe to_child;
    Pipe to_parent;
    Child child([&] {
        Clock own(Cache::attach(cache.name()));
        to_parent.write('r');
        (void)to_child.read<char>();
        require(own.frozen() && own.now() == 5000s, "the child sees the parent's clock");
        own.advance(1h);
    });
    (void)to_parent.read<char>();
    clock.freeze();
    clock.set(5000s);
    cache->touch("a", 1h);
    to_child.write('g');
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST((clock.now() == 5000s + 1h));
    BOOST_TEST(!cache->contains("a"));
}

BOOST_DATA_TEST_CASE(steps_of_many_processes_add_up, data::make(kNamedKinds), kind) {
    FrozenCache cache(kind);
    const auto before = Clock(*cache).now();
    const int failed = run_processes(4, [&](int) {
        Clock own(Cache::attach(cache.name()));
        for (int i = 0; i < 1000; ++i) own.advance(7us);
    });
    BOOST_TEST(failed == 0);
    BOOST_TEST((Clock(*cache).now() == before + 4 * 1000 * 7us));
}

BOOST_DATA_TEST_CASE(a_waiter_wakes_when_a_step_lets_the_key_expire, data::make(kAllKinds), kind) {
    for (const bool frozen : {false, true}) {
        TestCache cache(kind);
        Clock clock(*cache);
        if (frozen) clock.freeze();
        cache->set("a", "1", 1h);
        bool told = false;
        std::thread mover([&] {
            layout::Shard& shard = cache.attachment().memory.shards[0];
            while (shard.watched_until.load() == 0) std::this_thread::sleep_for(1ms);
            const std::uint32_t changes = shard.changes.load();
            clock.advance(1h);
            told = shard.changes.load() != changes;
        });
        BOOST_TEST(cache->wait("a", is_gone));
        mover.join();
        BOOST_TEST(told);
    }
}

BOOST_AUTO_TEST_CASE(a_waiter_sleeps_while_the_clock_stands_just_before_a_deadline) {
    FrozenCache cache(Kind::private_memory);
    cache->set("a", "1", 1us);
    int looks = 0;
    BOOST_TEST(!cache->wait(
        "a", [&](const auto&) { return ++looks, false; }, 250ms));
    BOOST_TEST(looks < 20);
}

BOOST_DATA_TEST_CASE(a_removed_cache_has_no_clock, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    Clock clock(*cache);
    Cache::remove(cache.name());
    BOOST_TEST(throws(ErrorCode::removed, [&] { (void)clock.now(); }));
    BOOST_TEST(throws(ErrorCode::removed, [&] { clock.freeze(); }));
    BOOST_TEST(throws(ErrorCode::removed, [&] { clock.advance(1s); }));
    BOOST_TEST(throws(ErrorCode::removed, [&] { clock.set(1h); }));
}

BOOST_AUTO_TEST_SUITE_END()
