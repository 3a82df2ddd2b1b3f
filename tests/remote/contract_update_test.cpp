// SPDX-License-Identifier: MIT
// The contract of every key-value store: incr, decr and append.
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <string>

#include "homes.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

namespace {
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
}  // namespace

BOOST_AUTO_TEST_SUITE(contract)

BOOST_AUTO_TEST_CASE_TEMPLATE(incr_and_decr_count, Home, Homes) {
    Home home;
    auto& store = home.store;
    BOOST_TEST(store.incr("n") == 1);
    BOOST_TEST((store.ttl("n") == kForever));
    BOOST_TEST(store.incr("n", 41) == 42);
    BOOST_TEST(store.decr("n", 100) == -58);
    BOOST_TEST(store.incr("n", 0) == -58);
    BOOST_TEST((store.get("n") == "-58"));
    BOOST_TEST(store.decr("absent") == -1);
    store.set("t", "7", 1h);
    BOOST_TEST(store.incr("t") == 8);
    BOOST_TEST((store.ttl("t") <= 1h));
    for (const char* text : {"", "x", "1.5", " 1", "1 ", "+1", "0x1", "-", "9223372036854775808"}) {
        store.set("bad", text);
        BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { store.incr("bad"); }), text);
        BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { store.decr("bad", kLeast); }), text);
        BOOST_TEST((store.get("bad") == text));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(counters_go_to_both_ends_and_no_further, Home, Homes) {
    Home home;
    auto& store = home.store;
    BOOST_TEST(store.incr("most", kMost) == kMost);
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { store.incr("most"); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { store.decr("most", kLeast); }));
    BOOST_TEST((store.get("most") == std::to_string(kMost)));
    BOOST_TEST(store.incr("most", kLeast) == -1);
    BOOST_TEST(store.decr("most", kLeast) == kMost);
    BOOST_TEST(store.incr("least", kLeast) == kLeast);
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { store.decr("least"); }));
    BOOST_TEST((store.get("least") == std::to_string(kLeast)));
    BOOST_TEST(store.decr("least", kLeast) == 0);
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { store.decr("absent", kLeast); }));
    BOOST_TEST(!store.contains("absent"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(append_adds_to_the_end, Home, Homes) {
    Home home;
    auto& store = home.store;
    BOOST_TEST(store.append("k", "ab") == 2U);
    BOOST_TEST((store.ttl("k") == kForever));
    store.touch("k", 1h);
    BOOST_TEST(store.append("k", "c") == 3U);
    BOOST_TEST((store.get("k") == "abc"));
    BOOST_TEST((store.ttl("k") <= 1h));
    BOOST_TEST(store.append("empty", "") == 0U);
    BOOST_TEST((store.get("empty") == ""));
}

BOOST_AUTO_TEST_SUITE_END()
