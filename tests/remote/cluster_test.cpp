// SPDX-License-Identifier: MIT
// A cluster: its slots move, its nodes die and come back, replicas take over.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <dummycache/remote.hpp>

#include "cluster.hpp"
#include "support/test_cache.hpp"
#include "tools/remote/hash_slot.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

namespace {

RemoteOptions times_of(std::chrono::milliseconds command_timeout) {
    RemoteOptions options;
    options.command_timeout = command_timeout;
    return options;
}

/// Keys with one tag, so of one slot.
std::vector<std::string> keys_of(const std::string& tag, int count) {
    std::vector<std::string> keys;
    for (int i = 0; i < count; ++i) keys.push_back("{" + tag + "}" + std::to_string(i));
    return keys;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cluster)

BOOST_AUTO_TEST_CASE(keys_go_to_the_nodes_that_serve_them) {
    RedisCluster cluster;
    Remote store = Remote::connect(cluster.address());
    for (int i = 0; i < 300; ++i) store.set("k" + std::to_string(i), std::to_string(i));
    for (std::size_t node = 0; node < 3; ++node) {
        const int keys = std::stoi(cluster.node(node).command({"DBSIZE"}));
        BOOST_TEST((keys > 50 && keys < 150), keys);
    }
    BOOST_TEST(store.size() == 300U);
    for (int i = 0; i < 500; ++i) {
        std::string key = std::to_string(i * 7919) + "{" + static_cast<char>(i) + "}";
        if (i % 2 == 0) key += static_cast<char>(i / 2);
        BOOST_TEST(cluster.node(0).command({"CLUSTER", "KEYSLOT", key}) ==
                   std::to_string(remote::slot_of(key)));
    }
    std::set<std::string> seen;
    store.visit("*", [&](const RemoteEntry& entry) { return seen.emplace(entry.key).second; });
    BOOST_TEST(seen.size() == 300U);
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { Remote::connect(cluster.address() + "/1"); }));
}

BOOST_AUTO_TEST_CASE(a_slot_may_move_while_it_is_read_and_written) {
    RedisCluster cluster;
    Remote store = Remote::connect(cluster.address());
    const std::string tag = RedisCluster::key_at(0, "tag");
    const std::uint16_t slot = remote::slot_of(tag);
    const auto keys = keys_of(tag, 200);
    for (const std::string& key : keys) store.set(key, key);

    std::atomic<bool> end{false};
    std::atomic<int> wrong{0};
    std::atomic<std::int64_t> counted{0};
    std::jthread user([&] {
        Remote other = Remote::connect(cluster.address());
        while (!end) {
            const auto values = other.get_many(keys);
            for (std::size_t i = 0; i < keys.size(); ++i) wrong += values[i] != keys[i];
            counted = other.incr("{" + tag + "}counter");
            wrong += !other.persist(keys[0]) || other.get_or_set(keys[1], "x") != keys[1];
        }
    });
    cluster.begin_to_move(slot, 0, 2);
    for (const std::string& key : keys) cluster.move_key(key, 0, 2);
    cluster.move_key("{" + tag + "}counter", 0, 2);
    std::this_thread::sleep_for(50ms);  // all is there, and the map is still the old one
    cluster.end_of_move(slot, 0, 2);
    std::this_thread::sleep_for(100ms);
    end = true;
    user.join();
    BOOST_TEST(wrong == 0);
    BOOST_TEST((store.get("{" + tag + "}counter") == std::to_string(counted)));
    BOOST_TEST(store.erase_many(keys) == keys.size());
    BOOST_TEST(cluster.node(2).command({"DBSIZE"}) == "1");
}

BOOST_AUTO_TEST_CASE(a_key_of_a_moving_slot_is_asked_for_where_it_is) {
    RedisCluster cluster;
    Remote store = Remote::connect(cluster.address());
    const std::string tag = RedisCluster::key_at(1, "tag");
    const auto keys = keys_of(tag, 10);
    for (const std::string& key : keys) store.set(key, key);
    cluster.begin_to_move(remote::slot_of(tag), 1, 0);
    for (std::size_t i = 0; i < 5; ++i) cluster.move_key(keys[i], 1, 0);
    const auto values = store.get_many(keys);
    for (std::size_t i = 0; i < keys.size(); ++i) BOOST_TEST((values[i] == keys[i]));
    BOOST_TEST(store.append(keys[0], "+") == keys[0].size() + 1);
    // A new key of such a slot is made on the node that the slot goes to.
    BOOST_TEST(store.incr("{" + tag + "}new") == 1);
    BOOST_TEST(store.add("{" + tag + "}other", "v"));
    BOOST_TEST(!store.add(keys[0], "v"));
    BOOST_TEST(!store.add(keys[9], "v"));
}

BOOST_AUTO_TEST_CASE(a_dead_node_takes_its_own_keys_with_it_and_no_others) {
    RedisCluster cluster;
    Remote store = Remote::connect(cluster.address(), times_of(400ms));
    const std::string dead = RedisCluster::key_at(1);
    const std::string alive = RedisCluster::key_at(2);
    store.set(dead, "v");
    store.set(alive, "v");
    cluster.node(1).kill();
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(throws(ErrorCode::unreachable, [&] { (void)store.get(dead); }));
        BOOST_TEST(throws(ErrorCode::unreachable, [&] { store.incr(dead); }));
        BOOST_TEST((store.get(alive) == "v"));
    }
    BOOST_TEST(throws(ErrorCode::unreachable, [&] { store.set_many({{dead, "w"}, {alive, "w"}}); }));
    BOOST_TEST((store.get(alive) == "w"));  // what could be done was
    // Who connects to another node after the death knows no more.
    Remote late = Remote::connect(cluster.node(2).address(), times_of(400ms));
    BOOST_TEST(throws(ErrorCode::unreachable, [&] { (void)late.get(dead); }));
    BOOST_TEST((late.get(alive) == "w"));

    cluster.node(1).start_again();
    cluster.wait_until_alive(1);
    BOOST_TEST(!store.get(dead));
    BOOST_TEST(store.set(dead, "v"));
    BOOST_TEST((late.get(dead) == "v"));
}

BOOST_AUTO_TEST_CASE(a_node_that_hangs_holds_up_nobody_but_its_own_keys) {
    RedisCluster cluster;
    Remote store = Remote::connect(cluster.address(), times_of(300ms));
    for (std::size_t hung = 0; hung < 3; ++hung) {
        std::vector<std::string> keys;
        std::vector<std::pair<std::string, std::string>> pairs;
        for (std::size_t node = 0; node < 3; ++node) {
            keys.push_back(RedisCluster::key_at(node, "hung" + std::to_string(hung)));
            pairs.emplace_back(keys.back(), "v");
        }
        cluster.node(hung).stop_running();
        // Its part has left and may be carried out later; the others do not wait for that, wherever they stand.
        BOOST_TEST(throws(ErrorCode::uncertain, [&] { store.set_many(pairs); }));
        for (std::size_t node = 0; node < 3; ++node) {
            if (node != hung) BOOST_TEST((store.get(keys[node]) == "v"));
        }
        BOOST_TEST(throws(ErrorCode::unreachable, [&] { (void)store.get_many(keys); }));
        cluster.node(hung).go_on();
        cluster.wait_until_alive(hung);
        BOOST_TEST((store.get(keys[hung]) == "v"));
    }
}

BOOST_AUTO_TEST_CASE(a_write_that_may_be_done_is_told_before_one_that_cannot) {
    RedisCluster cluster;
    Remote store = Remote::connect(cluster.address(), times_of(300ms));
    const std::string dead = RedisCluster::key_at(0);
    const std::string hung = RedisCluster::key_at(1);
    store.set_many({{dead, "v"}, {hung, "v"}});
    cluster.node(0).kill();
    cluster.node(1).stop_running();
    BOOST_TEST(throws(ErrorCode::uncertain, [&] { store.set_many({{dead, "w"}, {hung, "w"}}); }));
}

BOOST_AUTO_TEST_CASE(a_node_that_comes_back_in_time_is_waited_for) {
    RedisCluster cluster;
    Remote store = Remote::connect(cluster.address(), times_of(30s));
    const std::string key = RedisCluster::key_at(2);
    store.set(key, "v");
    cluster.node(2).kill();
    // A server dies with the thread that started it: it is the reader that has one of its own.
    std::string outcome;
    std::thread reader([&] {
        try {
            outcome = store.contains(key) ? "there" : "absent";
        } catch (const Error& error) {
            outcome = error.what();
        }
    });
    std::this_thread::sleep_for(300ms);
    cluster.node(2).start_again();
    reader.join();
    BOOST_TEST(outcome == "absent");  // its memory is gone
}

BOOST_AUTO_TEST_CASE(a_replica_that_takes_over_is_found) {
    RedisCluster cluster(1);
    Remote store = Remote::connect(cluster.address(), times_of(20s));
    const std::string key = RedisCluster::key_at(0);
    store.set(key, "v");
    BOOST_TEST(cluster.node(3).command({"CLUSTER", "FAILOVER"}) == "OK");
    for (int i = 1; i <= 200; ++i) {
        BOOST_REQUIRE((store.get(key) == "v"));
        BOOST_REQUIRE(store.incr("{" + key + "}n") == i);
    }
    int looks = 0;
    wait_until(
        [&] {
            // A server gives it up after five seconds, as on a busy machine.
            if (++looks % 600 == 0) cluster.node(3).command({"CLUSTER", "FAILOVER"});
            return cluster.node(3).command({"ROLE"}).starts_with("master");
        },
        "the replica has taken over");
    BOOST_TEST((store.get(key) == "v"));

    // Now the first one is a replica; it takes over when the other dies, and nobody tells the store.
    wait_until([&] { return cluster.node(0).command({"ROLE"}).find("connected") != std::string::npos; },
               "the other one follows");
    store.set(key, "w");
    wait_until([&] { return cluster.node(3).command({"WAIT", "1", "1000"}) == "1"; }, "the other one has it");
    cluster.node(3).kill();
    BOOST_TEST((store.get(key) == "w"));
    BOOST_TEST(store.set(key, "x"));
}

BOOST_AUTO_TEST_SUITE_END()
