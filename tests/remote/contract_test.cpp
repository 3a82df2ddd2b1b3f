// SPDX-License-Identifier: MIT
// The contract of every key-value store: keys, values, and what stores them.
#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "homes.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

namespace {

std::string all_bytes() {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(contract)

BOOST_AUTO_TEST_CASE_TEMPLATE(get_gives_what_set_stored, Home, Homes) {
    Home home;
    KeyValueStore auto& store = home.store;
    BOOST_TEST(!store.get("k"));
    BOOST_TEST(!store.contains("k"));
    BOOST_TEST(store.set("k", "v"));
    BOOST_TEST((store.get("k") == "v"));
    BOOST_TEST(store.contains("k"));
    BOOST_TEST(store.set("k", ""));
    std::string buffer = "old";
    BOOST_TEST(store.get("k", buffer));
    BOOST_TEST(buffer.empty());
    BOOST_TEST(!store.get("other", buffer));
    BOOST_TEST(store.erase("k"));
    BOOST_TEST(!store.erase("k"));
    BOOST_TEST(!store.get("k"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(keys_and_values_are_any_bytes, Home, Homes) {
    Home home;
    auto& store = home.store;
    const std::string bytes = all_bytes();
    const std::string zero(1, '\0');
    const std::string long_key(65'535, 'k');
    const std::string large(1'000'000, '\n');
    for (const std::string& key : {bytes, zero, long_key, std::string("\r\n$3\r\n")}) {
        BOOST_TEST(store.set(key, bytes));
        BOOST_TEST((store.get(key) == bytes));
        BOOST_TEST((store.get_many({key})[0] == bytes));
        BOOST_TEST(store.append(key, zero) == 257U);
        BOOST_TEST((store.take(key) == bytes + zero));
    }
    BOOST_TEST(store.set("large", large));
    BOOST_TEST((store.get("large") == large));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(keys_have_1_to_65535_bytes, Home, Homes) {
    Home home;
    auto& store = home.store;
    for (const std::string& key : {std::string(), std::string(65'536, 'k')}) {
        const auto refuses = [&](auto call) { return throws(ErrorCode::invalid_argument, call); };
        BOOST_TEST(refuses([&] { store.set(key, "v"); }));
        BOOST_TEST(refuses([&] { store.set(key, "v", 0s); }));
        BOOST_TEST(refuses([&] { (void)store.get(key); }));
        BOOST_TEST(refuses([&] { store.add(key, "v"); }));
        BOOST_TEST(refuses([&] { store.replace(key, "v"); }));
        BOOST_TEST(refuses([&] { store.erase(key); }));
        BOOST_TEST(refuses([&] { (void)store.contains(key); }));
        BOOST_TEST(refuses([&] { store.touch(key, 1s); }));
        BOOST_TEST(refuses([&] { store.persist(key); }));
        BOOST_TEST(refuses([&] { (void)store.ttl(key); }));
        BOOST_TEST(refuses([&] { store.incr(key); }));
        BOOST_TEST(refuses([&] { store.append(key, "v"); }));
        BOOST_TEST(refuses([&] { store.take(key); }));
        BOOST_TEST(refuses([&] { store.get_or_set(key, "v"); }));
        BOOST_TEST(refuses([&] { (void)store.get_many({key}); }));
        BOOST_TEST(refuses([&] { store.erase_many({key}); }));
    }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(add_stores_if_absent_and_replace_if_present, Home, Homes) {
    Home home;
    auto& store = home.store;
    BOOST_TEST(!store.replace("k", "r"));
    BOOST_TEST(!store.contains("k"));
    BOOST_TEST(store.add("k", "a", 1h));
    BOOST_TEST(!store.add("k", "b", 1s));
    BOOST_TEST((store.get("k") == "a"));
    BOOST_TEST((store.ttl("k") > 59min));
    BOOST_TEST(store.replace("k", "r"));
    BOOST_TEST((store.get("k") == "r"));
    BOOST_TEST((store.ttl("k") == kForever));
    BOOST_TEST(store.replace("k", "s", 1h));
    BOOST_TEST((store.ttl("k") <= 1h));
    BOOST_TEST(store.set("k", "t"));
    BOOST_TEST((store.ttl("k") == kForever));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(take_gives_the_value_once, Home, Homes) {
    Home home;
    auto& store = home.store;
    BOOST_TEST(!store.take("k"));
    store.set("k", "v");
    BOOST_TEST((store.take("k") == "v"));
    BOOST_TEST(!store.take("k"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(get_or_set_gives_what_was_stored_first, Home, Homes) {
    Home home;
    auto& store = home.store;
    BOOST_TEST(store.get_or_set("k", "first", 1h) == "first");
    BOOST_TEST((store.ttl("k") <= 1h));
    BOOST_TEST(store.get_or_set("k", "second") == "first");
    BOOST_TEST(store.get_or_set("k", [] { return std::string("third"); }) == "first");
    int made = 0;
    BOOST_TEST(store.get_or_set("l", [&] { return "made" + std::to_string(++made); }) == "made1");
    BOOST_TEST(store.get_or_set("l", [&] { return "made" + std::to_string(++made); }) == "made1");
    BOOST_TEST(made == 1);
    // Somebody is faster while the value is made.
    const auto slow = [&] {
        store.set("m", "theirs");
        return std::string("mine");
    };
    BOOST_TEST(store.get_or_set("m", slow) == "theirs");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(all_who_meet_in_get_or_set_get_one_value, Home, Homes) {
    Home home;
    for (int round = 0; round < 20; ++round) {
        std::vector<std::string> got(4);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < got.size(); ++i) {
            threads.emplace_back([&, i, store = home.store]() mutable {
                got[i] = store.get_or_set("k" + std::to_string(round), std::to_string(i));
            });
        }
        for (std::thread& thread : threads) thread.join();
        BOOST_TEST(std::set<std::string>(got.begin(), got.end()).size() == 1U);
        BOOST_TEST((home.store.get("k" + std::to_string(round)) == got[0]));
    }
}

BOOST_AUTO_TEST_SUITE_END()
