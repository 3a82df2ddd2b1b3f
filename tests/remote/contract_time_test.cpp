// SPDX-License-Identifier: MIT
// The contract of every key-value store: how long entries live.
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cmath>
#include <thread>

#include "homes.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(contract)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_timeout_of_zero_or_less_stores_nothing_and_deletes, Home, Homes) {
    Home home;
    auto& store = home.store;
    for (const Timeout over : {Timeout(0s), Timeout(-1s), Timeout(-0.5s)}) {
        store.set("k", "old");
        BOOST_TEST(!store.set("k", "new", over));
        BOOST_TEST(!store.contains("k"));
        BOOST_TEST(!store.set("k", "new", over));
        store.set("k", "old");
        BOOST_TEST(store.replace("k", "new", over));
        BOOST_TEST(!store.contains("k"));
        BOOST_TEST(!store.replace("k", "new", over));
        store.set("k", "old");
        BOOST_TEST(store.touch("k", over));
        BOOST_TEST(!store.contains("k"));
        BOOST_TEST(!store.touch("k", over));
        BOOST_TEST(!store.add("k", "new", over));
        BOOST_TEST(!store.contains("k"));
        BOOST_TEST(store.get_or_set("k", "new", over) == "new");
        BOOST_TEST(!store.contains("k"));
        store.set("k", "old");
        BOOST_TEST(!store.add("k", "new", over));
        BOOST_TEST(store.get_or_set("k", "new", over) == "old");
        BOOST_TEST((store.get("k") == "old"));
        BOOST_TEST(store.set_many({{"k", "1"}, {"l", "2"}}, over) == 0U);
        BOOST_TEST(!store.contains("k"));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nan_and_infinity_are_no_timeouts, Home, Homes) {
    Home home;
    auto& store = home.store;
    using Seconds = std::chrono::duration<double>;
    for (const Timeout bad :
         {Timeout(Seconds(NAN)), Timeout(Seconds(INFINITY)), Timeout(Seconds(-INFINITY))}) {
        store.set("k", "v");
        BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { store.set("k", "w", bad); }));
        BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { store.add("l", "w", bad); }));
        BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { store.replace("k", "w", bad); }));
        BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { store.touch("k", bad); }));
        BOOST_TEST((store.get("k") == "v"));
        BOOST_TEST(!store.contains("l"));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(entries_expire, Home, Homes) {
    Home home;
    auto& store = home.store;
    BOOST_TEST(store.set("short", "v", 30ms));
    BOOST_TEST(store.set("long", "v", 1h));
    BOOST_TEST(store.set("forever", "v"));
    BOOST_TEST(!store.ttl("absent").has_value());
    BOOST_TEST((store.ttl("forever") == kForever));
    BOOST_TEST((store.ttl("long") > 59min && store.ttl("long") <= 1h));
    std::this_thread::sleep_for(40ms);
    BOOST_TEST(!store.get("short"));
    BOOST_TEST(!store.contains("short"));
    BOOST_TEST(!store.ttl("short").has_value());
    BOOST_TEST(!store.touch("short", 1h));
    BOOST_TEST(!store.replace("short", "w"));
    BOOST_TEST(store.add("short", "w"));
    BOOST_TEST((store.ttl("short") == kForever));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(less_than_a_millisecond_is_neither_nothing_nor_for_ever, Home, Homes) {
    Home home;
    auto& store = home.store;
    BOOST_TEST(store.set("k", "v", 1us));
    BOOST_TEST((store.ttl("k") != kForever));
    std::this_thread::sleep_for(10ms);
    BOOST_TEST(!store.contains("k"));
    store.set("k", "v");
    BOOST_TEST(store.touch("k", 1ns));
    std::this_thread::sleep_for(10ms);
    BOOST_TEST(!store.contains("k"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(touch_and_persist_change_how_long_a_key_lives, Home, Homes) {
    Home home;
    auto& store = home.store;
    BOOST_TEST(!store.touch("k", 1h));
    BOOST_TEST(!store.touch("k", Timeout::forever()));
    BOOST_TEST(!store.persist("k"));
    store.set("k", "v");
    BOOST_TEST(store.persist("k"));
    BOOST_TEST(store.touch("k", 1h));
    BOOST_TEST((store.ttl("k") <= 1h && store.ttl("k") > 59min));
    BOOST_TEST(store.persist("k"));
    BOOST_TEST((store.ttl("k") == kForever));
    BOOST_TEST(store.touch("k", 1h));
    BOOST_TEST(store.touch("k", Timeout::forever()));
    BOOST_TEST((store.ttl("k") == kForever));
    BOOST_TEST((store.get("k") == "v"));
}

BOOST_AUTO_TEST_SUITE_END()
