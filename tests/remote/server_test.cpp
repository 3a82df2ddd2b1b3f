// SPDX-License-Identifier: MIT
// What is a server's own: passwords, databases, sockets, other types, forks.
#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <dummycache/with_store.hpp>

#include "cluster.hpp"
#include "scripted_server.hpp"
#include "server.hpp"
#include "support/child.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

namespace {

/// How many sockets `/proc/self/fd` shows: of this process, or of a program that it starts.
std::size_t own_sockets() {
    std::size_t sockets = 0;
    for (const auto& file : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        sockets += std::filesystem::read_symlink(file, gone).string().starts_with("socket:");
    }
    return sockets;
}
std::size_t sockets_of_a_program() {
    const std::unique_ptr<FILE, int (*)(FILE*)> output(::popen("ls -l /proc/self/fd", "r"), ::pclose);
    std::string text;
    for (int letter = 0; (letter = std::fgetc(output.get())) != EOF;)
        text.push_back(static_cast<char>(letter));
    std::size_t sockets = 0;
    for (std::size_t at = 0; (at = text.find("socket:", at)) != std::string::npos; ++at) ++sockets;
    require(text.find("/proc/") != std::string::npos, "ls shows no descriptors");
    return sockets;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server)

BOOST_AUTO_TEST_CASE(a_password_is_given_in_the_address) {
    RedisServer server({"--requirepass", "s:cr@t/ä"});
    const std::string place = "127.0.0.1:" + std::to_string(server.port());
    BOOST_TEST(Remote::connect("redis://:s:cr%40t%2f%C3%A4@" + place).set("k", "v"));
    BOOST_TEST(Remote::connect("redis://default:s:cr@t/ä@" + place).contains("k"));
    BOOST_TEST((Remote::connect("unix://:s:cr%40t%2F%C3%A4@" + server.socket()).get("k") == "v"));
    BOOST_TEST(throws(ErrorCode::no_permission, [&] { Remote::connect("redis://:wrong@" + place); }));
    BOOST_TEST(throws(ErrorCode::no_permission, [&] { Remote::connect("redis://" + place); }));
}

BOOST_AUTO_TEST_CASE(a_program_moves_by_an_address_alone) {
    RedisServer server;
    const TestName name(Kind::shared);
    for (const std::string& where : {name.text(), server.address()}) {
        BOOST_TEST(with_store(where, [](auto& store) { return store.incr("n"); }) == 1);
        BOOST_TEST(with_store(where, [](auto& store) { return store.incr("n"); }) == 2);
    }
    BOOST_TEST((Cache::attach(name.text()).get("n") == "2"));
    BOOST_TEST((Remote::connect(server.address()).get("n") == "2"));
    BOOST_TEST(throws(ErrorCode::unreachable, [] {
        with_store("redis://127.0.0.1:1", [](auto& store) { return store.incr("n"); });
    }));
}

BOOST_AUTO_TEST_CASE(databases_are_apart) {
    RedisServer server;
    Remote first = Remote::connect(server.address());
    Remote other = Remote::connect("unix://" + server.socket() + "?db=3");
    first.set("k", "0");
    other.set("k", "3");
    BOOST_TEST((first.get("k") == "0"));
    BOOST_TEST((Remote::connect(server.address() + "/3").get("k") == "3"));
    other.clear();
    BOOST_TEST(first.size() == 1U);
    BOOST_TEST(other.size() == 0U);
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { Remote::connect(server.address() + "/99"); }));
}

BOOST_AUTO_TEST_CASE(a_child_has_connections_of_its_own) {
    RedisServer server;
    Remote store = Remote::connect(server.address());
    store.set("k", "v");
    Child child([&] {
        for (int i = 0; i < 500; ++i)
            require(store.incr("n") > 0 && store.get("k") == "v", "the child counts");
    });
    for (int i = 0; i < 500; ++i) BOOST_REQUIRE((store.incr("n") > 0 && store.get("k") == "v"));
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST((store.get("n") == "1000"));
}

BOOST_AUTO_TEST_CASE(a_child_does_not_write_into_its_parents_connection) {
    RedisServer server;
    Remote store = Remote::connect(server.address());
    store.set("k", "v");
    const auto connections = [&] {
        const std::string info = server.command({"INFO", "stats"});
        const std::string name = "total_connections_received:";
        return std::stoi(info.substr(info.find(name) + name.size()));
    };
    const int before = connections();
    Child child([&] { require(store.get("k") == "v", "the child reads"); });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST((store.get("k") == "v"));
    BOOST_TEST(connections() - before == 2);  // the child's, and the one that asks
}

BOOST_AUTO_TEST_CASE(sockets_are_closed_in_a_program_that_is_started) {
    RedisServer server;
    RedisCluster cluster;
    const std::size_t own = own_sockets();
    const std::size_t inherited = sockets_of_a_program();
    std::vector<Remote> stores;
    for (const std::string& address : {server.address(), "unix://" + server.socket(), cluster.address()})
        stores.push_back(Remote::connect(address));
    for (Remote& store : stores) {
        std::vector<std::thread> threads;
        for (int i = 0; i < 3; ++i)
            threads.emplace_back([&store, i] { store.set("k" + std::to_string(i), "v"); });
        for (std::thread& thread : threads) thread.join();
    }
    BOOST_TEST(own_sockets() >= own + stores.size());
    BOOST_TEST(sockets_of_a_program() == inherited);
}

BOOST_AUTO_TEST_CASE(a_key_that_the_server_names_twice_is_visited_once) {
    ScriptedServer server({{ScriptedServer::kNoCluster, "*2\r\n$1\r\n5\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n",
                            "*2\r\n$1\r\n0\r\n*2\r\n$1\r\nb\r\n$1\r\nc\r\n"}});
    std::string keys;
    Remote::connect(server.address()).visit_keys("*", [&](std::string_view key) {
        keys += key;
        return true;
    });
    BOOST_TEST(keys == "abc");
}

BOOST_AUTO_TEST_CASE(visit_shows_values_remaining_times_and_other_types) {
    RedisServer server;
    Remote store = Remote::connect(server.address());
    store.set("short", "v", 250ms);
    store.set("long", "w", 1h);
    server.command({"HSET", "hash", "field", "v"});
    std::map<std::string, std::pair<std::string, std::string>> seen;
    std::map<std::string, std::chrono::microseconds> ttl;
    store.visit("*", [&](const RemoteEntry& entry) {
        seen[std::string(entry.key)] = {std::string(entry.type), std::string(entry.value)};
        ttl[std::string(entry.key)] = entry.ttl;
        return true;
    });
    BOOST_TEST(seen.size() == 3U);
    BOOST_TEST((seen["hash"] == std::pair<std::string, std::string>("hash", "")));
    BOOST_TEST((seen["long"] == std::pair<std::string, std::string>("string", "w")));
    BOOST_TEST((ttl["short"] > 0ms && ttl["short"] <= 250ms));
    BOOST_TEST((ttl["long"] > 59min && ttl["long"] <= 1h));
    BOOST_TEST((ttl["hash"] == kForever));
    int visits = 0;
    store.visit_keys("*", [&](std::string_view) { return ++visits < 2; });
    BOOST_TEST(visits == 2);
}

BOOST_AUTO_TEST_CASE(visit_keys_shows_each_key_once_while_the_table_grows_and_shrinks) {
    RedisServer server;
    Remote store = Remote::connect(server.address());
    std::map<std::string, std::string> pairs;
    for (int i = 0; i < 20'000; ++i) pairs["k" + std::to_string(i)] = "v";
    store.set_many(pairs);
    std::map<std::string, int> seen;
    bool shrunk = false;
    store.visit_keys("k*", [&](std::string_view key) {
        ++seen[std::string(key)];
        if (seen.size() > 5'000 && !shrunk) {
            shrunk = true;
            std::vector<std::string> gone;
            for (int i = 1'000; i < 20'000; ++i) gone.push_back("k" + std::to_string(i));
            store.erase_many(gone);
        }
        return true;
    });
    int wrong = 0;
    for (const auto& [key, times] : seen) wrong += times != 1;
    for (int i = 0; i < 1'000; ++i) wrong += !seen.contains("k" + std::to_string(i));
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(set_entries_gives_each_entry_its_own_time) {
    RedisServer server;
    Remote store = Remote::connect(server.address());
    store.set("over", "v");
    const std::vector<RemoteEntry> entries{
        {"forever", "a", kForever}, {"hour", "b", 1h}, {"tiny", "c", 1us}, {"over", "d", 0us}};
    BOOST_TEST(store.set_entries(entries) == 3U);
    BOOST_TEST((store.ttl("forever") == kForever));
    BOOST_TEST((store.ttl("hour") <= 1h && store.ttl("hour") > 59min));
    BOOST_TEST((store.ttl("tiny") != kForever));
    BOOST_TEST(!store.contains("over"));
}

BOOST_AUTO_TEST_CASE(many_more_than_a_batch_are_one_call) {
    RedisServer server;
    RemoteOptions options;
    options.batch = 7;
    Remote store = Remote::connect(server.address(), options);
    std::vector<std::pair<std::string, std::string>> pairs;
    std::vector<std::string> keys;
    for (int i = 0; i < 100; ++i) {
        keys.push_back(std::to_string(i));
        pairs.emplace_back(keys.back(), std::string(1'000'000, static_cast<char>('a' + i % 26)));
    }
    BOOST_TEST(store.set_many(pairs) == 100U);
    const auto values = store.get_many(keys);
    int wrong = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) wrong += values[i] != pairs[i].second;
    BOOST_TEST(wrong == 0);
    BOOST_TEST(store.erase_many(keys) == 100U);
}

BOOST_AUTO_TEST_CASE(get_many_is_one_round_trip) {
    RedisServer server;
    Remote store = Remote::connect(server.address());
    const std::vector<std::string> keys(500, "k");
    (void)store.get_many(keys);
    // Commands that come together are counted once as a read from the socket.
    const auto reads = [&] {
        const std::string info = server.command({"INFO", "stats"});
        const std::string name = "total_reads_processed:";
        return std::stoi(info.substr(info.find(name) + name.size()));
    };
    const int before = reads();
    (void)store.get_many(keys);
    BOOST_TEST(reads() - before < 10);
}

BOOST_AUTO_TEST_SUITE_END()
