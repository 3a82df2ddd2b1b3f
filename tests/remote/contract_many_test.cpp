// SPDX-License-Identifier: MIT
// The contract of every key-value store: calls for many keys and for all.
#include <boost/test/unit_test.hpp>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "homes.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(contract)

using Servers = boost::mpl::list<OneServer, ThreeNodes>;

BOOST_AUTO_TEST_CASE_TEMPLATE(a_visitor_that_wants_no_more_gets_no_more, Home, Servers) {
    Home home;
    for (int i = 0; i < 100; ++i) home.store.set("key" + std::to_string(i), "v");
    for (const int most : {1, 50}) {
        int keys = 0;
        home.store.visit_keys("*", [&](std::string_view) { return ++keys < most; });
        BOOST_TEST(keys == most);
        int entries = 0;
        home.store.visit("*", [&](const RemoteEntry&) { return ++entries < most; });
        BOOST_TEST(entries == most);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(get_many_answers_in_the_order_of_the_keys, Home, Homes) {
    Home home;
    auto& store = home.store;
    std::vector<std::string> keys;
    for (int i = 0; i < 2500; ++i) {
        keys.push_back("key" + std::to_string(i));
        if (i % 3 != 0)
            store.set(keys.back(),
                      std::string(static_cast<std::size_t>(i % 50) * 10, 'v') + std::to_string(i));
    }
    const auto values = store.get_many(keys);
    BOOST_REQUIRE(values.size() == keys.size());
    int wrong = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const bool there = i % 3 != 0;
        wrong += values[i].has_value() != there || (there && !values[i]->ends_with(std::to_string(i)));
    }
    BOOST_TEST(wrong == 0);
    BOOST_TEST(store.get_many(std::vector<std::string>{}).empty());
    BOOST_TEST((store.get_many({"key1", "key1"})[1] == values[1]));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(set_many_stores_every_pair, Home, Homes) {
    Home home;
    auto& store = home.store;
    std::map<std::string, std::string> pairs;
    for (int i = 0; i < 2500; ++i) pairs["key" + std::to_string(i)] = std::to_string(i * 7);
    BOOST_TEST(store.set_many(pairs, 1h) == 2500U);
    int wrong = 0;
    for (const auto& [key, value] : pairs) wrong += store.get(key) != value;
    BOOST_TEST(wrong == 0);
    BOOST_TEST((store.ttl("key77") <= 1h));
    BOOST_TEST(store.set_many({{"a", "1"}, {"b", "2"}}) == 2U);
    BOOST_TEST((store.ttl("a") == kForever));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_error_in_set_many_leaves_what_was_before_it, Home, Homes) {
    Home home;
    auto& store = home.store;
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] {
        store.set_many({{"a", "1"}, {"", "2"}, {"c", "3"}});
    }));
    BOOST_TEST(store.contains("a"));
    BOOST_TEST(!store.contains("c"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(erase_many_counts_what_was_there, Home, Homes) {
    Home home;
    auto& store = home.store;
    store.set_many({{"a", "1"}, {"b", "2"}, {"c", "3"}});
    BOOST_TEST(store.erase_many({"a", "x", "c", "a"}) == 2U);
    BOOST_TEST(store.contains("b"));
    BOOST_TEST(!store.contains("a"));
    BOOST_TEST(store.erase_many(std::vector<std::string>{"b"}) == 1U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(erase_if_deletes_what_matches, Home, Homes) {
    Home home;
    auto& store = home.store;
    const auto fill = [&] {
        store.clear();
        for (const char* key :
             {"user:1", "user:2", "user:10", "user:x", "page:1", "a*b", "axb", "[k]", "^", "!"})
            store.set(key, "v");
    };
    const std::vector<std::pair<std::string, std::size_t>> cases{
        {"user:?", 3},  {"user:[0-9]", 2}, {"user:[!0-9]", 1}, {"user:*1*", 2}, {"a\\*b", 1}, {"*", 10},
        {"nobody", 0},  {"", 0},           {"page:1", 1},      {"[^!]", 2},     {"\\[k]", 1}, {"a[*]b", 1},
        {"*[!0-9b]", 4}};
    for (const auto& [glob, count] : cases) {
        fill();
        BOOST_TEST(store.erase_if(glob) == count, glob);
        BOOST_TEST(store.erase_if("*") == 10 - count, glob);
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(erase_if_and_clear_reach_every_key, Home, Homes) {
    Home home;
    auto& store = home.store;
    std::vector<std::string> keys;
    for (int i = 0; i < 3000; ++i) keys.push_back((i % 2 == 0 ? "even:" : "odd:") + std::to_string(i));
    const auto fill = [&] {
        for (const std::string& key : keys) store.set(key, "v");
    };
    fill();
    BOOST_TEST(store.erase_if("even:*") == 1500U);
    BOOST_TEST(store.erase_many(keys) == 1500U);
    fill();
    store.clear();
    BOOST_TEST(store.erase_many(keys) == 0U);
    store.clear();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(threads_share_a_handle, Home, Homes) {
    Home home;
    auto& store = home.store;
    constexpr int kThreads = 8;
    constexpr int kRounds = 100;
    std::vector<std::thread> threads;
    std::vector<int> wrong(kThreads);
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            const std::string own = "own" + std::to_string(t);
            for (int i = 0; i < kRounds; ++i) {
                store.incr("shared");
                store.set(own, std::to_string(i));
                const auto values = store.get_many({own, "absent", own});
                wrong[static_cast<std::size_t>(t)] +=
                    values[0] != std::to_string(i) || values[1] || values[2] != values[0];
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST((store.get("shared") == std::to_string(kThreads * kRounds)));
    for (const int count : wrong) BOOST_TEST(count == 0);
}

BOOST_AUTO_TEST_SUITE_END()
