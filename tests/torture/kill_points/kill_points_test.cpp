// SPDX-License-Identifier: MIT
// Goal: a process may be killed at any kill point of any operation; no other process notices more
// than the old or the new value of the key in hand.
// Method: a run without a death counts the kill points; then for each of them a child dies there,
// and the parent reads, writes, and checks.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <iostream>

#include "store/layout/attachment.hpp"
#include "support/checked_value.hpp"
#include "torture/kill_points/kill_points_driver.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

/// An operation on a cache with the base and an entry "hand" (unless `hand` is empty).
Scenario on_one_key(const std::string& name, std::size_t hand_bytes, std::function<void(Cache&)> act) {
    Scenario scenario;
    scenario.name = name;
    scenario.prepare = [hand_bytes](Cache& cache) {
        set_base(cache);
        if (hand_bytes != 0) cache.set("hand", checked_value("hand", 1, hand_bytes), 100s);
        cache.set("number", "41", 100s);
        cache.set("expired", "x", 1us);
        attachment_of(cache).memory.superblock->clock.fetch_add(5);
    };
    scenario.act = std::move(act);
    return scenario;
}

std::function<void(Cache&)> setting(std::size_t bytes) {
    return [bytes](Cache& cache) { cache.set("hand", checked_value("hand", 2, bytes)); };
}

std::vector<Scenario> writes() {
    return {
        on_one_key("set of a new key", 0, setting(50)),
        on_one_key("set of a new large value", 0, setting(150'000)),
        on_one_key("set of a new long key", 0, [](Cache& c) { c.set(std::string(60'000, 'k'), "value"); }),
        on_one_key("set of the same size", 50, setting(50)),
        on_one_key("set of a larger value", 50, setting(5000)),
        on_one_key("set of a smaller value", 5000, setting(50)),
        on_one_key("set of a large value over a small one", 50, setting(150'000)),
        on_one_key("set of a small value over a large one", 150'000, setting(50)),
        on_one_key("set of a large value over a large one", 150'000, setting(100'000)),
        on_one_key("add over an expired entry", 0, [](Cache& c) { c.add("expired", "new"); }),
        on_one_key("replace", 50, [](Cache& c) { c.replace("hand", "new"); }),
        on_one_key("set with no time left", 50, [](Cache& c) { c.set("hand", "new", 0s); }),
        on_one_key("incr", 0, [](Cache& c) { c.incr("number"); }),
        on_one_key("incr of a new key", 0, [](Cache& c) { c.incr("hand", 7); }),
        on_one_key("append", 50, [](Cache& c) { c.append("hand", "more"); }),
        on_one_key("append that makes a value large", 16'000,
                   [](Cache& c) { c.append("hand", std::string(9000, 'm')); }),
        on_one_key("append to a large value", 50'000,
                   [](Cache& c) { c.append("hand", std::string(90'000, 'm')); }),
        on_one_key("several sets", 50,
                   [](Cache& c) {
                       for (int i = 0; i < 5; ++i)
                           c.set("several" + std::to_string(i), std::string(100, 's'));
                   }),
    };
}

/// The page that becomes empty goes back at once.
Scenario erase_of_the_last_entry_of_a_page() {
    Scenario scenario;
    scenario.name = "erase of the last entry of a page";
    scenario.prepare = [](Cache& cache) {
        set_base(cache);
        for (int i = 0; i < 8; ++i) cache.set("page" + std::to_string(i), std::string(16'000, 'p'));
    };
    scenario.act = [](Cache& cache) {
        for (int i = 0; i < 6; ++i) cache.erase("page" + std::to_string(i));
    };
    return scenario;
}

std::vector<Scenario> deletes() {
    return {
        erase_of_the_last_entry_of_a_page(),
        on_one_key("erase", 50, [](Cache& c) { c.erase("hand"); }),
        on_one_key("erase of a large value", 150'000, [](Cache& c) { c.erase("hand"); }),
        on_one_key("erase of an absent key", 0, [](Cache& c) { c.erase("hand"); }),
        on_one_key("take", 50, [](Cache& c) { c.take("hand"); }),
        on_one_key("take of a large value", 150'000, [](Cache& c) { c.take("hand"); }),
        on_one_key("erase of an expired entry", 0, [](Cache& c) { c.erase("expired"); }),
        on_one_key("touch", 50, [](Cache& c) { c.touch("hand", 50s); }),
        on_one_key("touch with no time left", 50, [](Cache& c) { c.touch("hand", 0s); }),
        on_one_key("persist", 50, [](Cache& c) { c.persist("hand"); }),
    };
}

Scenario clear_of(std::uint64_t capacity) {
    Scenario scenario = on_one_key("clear", 50, [](Cache& c) { c.clear(); });
    scenario.options = options_of(capacity);
    scenario.all_or_nothing = true;
    return scenario;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kill_points)

BOOST_DATA_TEST_CASE(a_write_is_done_or_not_done, data::make(kNamedKinds), kind) {
    int kills = 0;
    for (const Scenario& scenario : writes()) kills += torture(kind, scenario);
    std::cout << kills << " kills in writes, " << kind << std::endl;
    BOOST_TEST(kills > 200);
}

BOOST_DATA_TEST_CASE(a_delete_or_touch_is_done_or_not_done, data::make(kNamedKinds), kind) {
    int kills = 0;
    for (const Scenario& scenario : deletes()) kills += torture(kind, scenario);
    std::cout << kills << " kills in deletes, " << kind << std::endl;
    BOOST_TEST(kills > 80);
}

BOOST_DATA_TEST_CASE(clear_deletes_everything_or_nothing, data::make({4, 64}), mebibytes) {
    const int kills = torture(Kind::shared, clear_of(static_cast<std::uint64_t>(mebibytes) * kMiB));
    std::cout << kills << " kills in clear" << std::endl;
    BOOST_TEST(kills >= 8);
}

BOOST_AUTO_TEST_CASE(a_repair_that_is_killed_is_repaired) {
    int kills = 0;
    for (const auto& scenarios : {writes(), deletes()}) {
        for (const Scenario& scenario : scenarios) kills += torture_repair(Kind::shared, scenario, 8);
    }
    kills += torture_repair(Kind::shared, clear_of(4 * kMiB), 20);
    std::cout << kills << " kills in operations and repairs" << std::endl;
    BOOST_TEST(kills > 200);
}

BOOST_AUTO_TEST_SUITE_END()
