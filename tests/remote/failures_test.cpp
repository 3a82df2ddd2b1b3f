// SPDX-License-Identifier: MIT
// Servers that die, hang, hang up, refuse and talk nonsense.
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <dummycache/remote.hpp>

#include "scripted_server.hpp"
#include "server.hpp"
#include "support/child.hpp"
#include "support/test_cache.hpp"
#include "tools/remote/hash_slot.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

namespace {

const std::string kNoCluster = ScriptedServer::kNoCluster;
const std::string kHangUp = ScriptedServer::kHangUp;

/// What an error says, or nothing if there is none.
template <class Call>
std::string message_of(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

RemoteOptions short_times() {
    RemoteOptions options;
    options.command_timeout = 200ms;
    return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(failures)

BOOST_AUTO_TEST_CASE(nobody_at_the_address_is_unreachable) {
    const RefusingPort nobody;
    const std::string address = "redis://user:secret@" + nobody.endpoint();
    BOOST_TEST(throws(ErrorCode::unreachable, [&] { Remote::connect(address); }));
    const std::string message = message_of([&] { Remote::connect(address); });
    BOOST_TEST(has(message, "redis://127.0.0.1:"), message);
    BOOST_TEST(has(message, "refused"), message);
    BOOST_TEST(!has(message, "secret"), message);
    BOOST_TEST(throws(ErrorCode::unreachable, [] { Remote::connect("unix:///nowhere/redis.sock"); }));
    BOOST_TEST(throws(ErrorCode::unreachable, [] { Remote::connect("redis://no-such-host.invalid"); }));
}

BOOST_AUTO_TEST_CASE(a_server_that_says_nothing_at_the_start_is_unreachable) {
    const Listener listener;
    BOOST_TEST(throws(ErrorCode::unreachable, [&] { Remote::connect(listener.address(), short_times()); }));
}

BOOST_AUTO_TEST_CASE(a_server_that_was_started_again_is_connected_to_again) {
    RedisServer server;
    Remote store = Remote::connect(server.address());
    store.set("k", "v");
    server.kill();
    BOOST_TEST(throws(ErrorCode::unreachable, [&] { store.set("k", "w"); }));
    BOOST_TEST(throws(ErrorCode::unreachable, [&] { (void)store.get("k"); }));
    server.start_again();
    BOOST_TEST(store.incr("n") == 1);
    BOOST_TEST(!store.contains("k"));
}

BOOST_AUTO_TEST_CASE(a_connection_that_the_server_closed_while_idle_is_replaced_also_for_writes) {
    RedisServer server;
    Remote store = Remote::connect(server.address());
    for (int i = 1; i <= 5; ++i) {
        server.command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
        BOOST_TEST(store.incr("n") == i);
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_answer_leaves_writes_uncertain_and_reads_unreachable) {
    RedisServer server;
    Remote store = Remote::connect(server.address(), short_times());
    store.set("k", "v");
    server.stop_running();
    BOOST_TEST(throws(ErrorCode::uncertain, [&] { store.incr("n"); }));
    BOOST_TEST(throws(ErrorCode::unreachable, [&] { (void)store.get("k"); }));
    server.go_on();
    // What was on its way was done, and the late answer is not taken for that of another command.
    BOOST_TEST((store.get("k") == "v"));
    BOOST_TEST((store.get("n") == "1"));
    BOOST_TEST(store.incr("n") == 2);
}

BOOST_AUTO_TEST_CASE(a_read_is_sent_once_more_if_its_connection_breaks) {
    ScriptedServer server({{kNoCluster, kHangUp}, {"$1\r\nv\r\n", kHangUp}, {kHangUp}, {"$1\r\nw\r\n"}});
    const Remote store = Remote::connect(server.address());
    BOOST_TEST((store.get("k") == "v"));
    BOOST_TEST(throws(ErrorCode::unreachable, [&] { (void)store.get("k"); }));  // two hang up
    BOOST_TEST((store.get("k") == "w"));
}

BOOST_AUTO_TEST_CASE(a_write_is_not_sent_again_if_its_connection_breaks) {
    const auto attempt = [](auto call) {
        ScriptedServer server({{kNoCluster, kHangUp}, {"+OK\r\n"}});
        Remote store = Remote::connect(server.address());
        const bool uncertain = throws(ErrorCode::uncertain, [&] { call(store); });
        const std::string message = message_of([&] { store.set("after", "v"); });
        BOOST_TEST(message.empty(), message);
        return uncertain && server.commands() == 3;  // CLUSTER SLOTS, the write, the set
    };
    BOOST_TEST(attempt([](Remote& store) { store.incr("k"); }));
    BOOST_TEST(attempt([](Remote& store) { store.decr("k"); }));
    BOOST_TEST(attempt([](Remote& store) { store.append("k", "v"); }));
    BOOST_TEST(attempt([](Remote& store) { store.add("k", "v"); }));
    BOOST_TEST(attempt([](Remote& store) { store.take("k"); }));
    BOOST_TEST(attempt([](Remote& store) { store.set("k", "v"); }));
    BOOST_TEST(attempt([](Remote& store) { store.erase("k"); }));
    BOOST_TEST(attempt([](Remote& store) { store.set_many({{"k", "v"}}); }));
}

BOOST_AUTO_TEST_CASE(what_an_uncertain_write_says) {
    ScriptedServer server({{kNoCluster, kHangUp}});
    Remote store = Remote::connect(server.address());
    const std::string message = message_of([&] { store.incr("visits"); });
    BOOST_TEST(has(message, "incr 'visits': "), message);
    BOOST_TEST(has(message, "whether it was done is unknown"), message);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_loading_is_waited_for) {
    ScriptedServer server(
        {{kNoCluster, "-LOADING Redis is loading\r\n", "-LOADING Redis is loading\r\n", ":1\r\n"}});
    Remote store = Remote::connect(server.address());
    BOOST_TEST(store.incr("n") == 1);
}

BOOST_AUTO_TEST_CASE(every_error_that_passes_is_waited_for) {
    for (const std::string passing : {"LOADING Redis is loading", "TRYAGAIN Multiple keys",
                                      "CLUSTERDOWN Hash slot", "MASTERDOWN Link with MASTER is down"}) {
        ScriptedServer server({{kNoCluster, "-" + passing + "\r\n", ":1\r\n"}});
        Remote store = Remote::connect(server.address());
        BOOST_TEST(store.incr("n") == 1, passing);
    }
}

BOOST_AUTO_TEST_CASE(every_error_that_does_not_pass_has_a_code_of_its_own) {
    const std::vector<std::pair<std::string, ErrorCode>> errors{
        {"WRONGTYPE Operation against", ErrorCode::wrong_kind},
        {"ERR value is not an integer or out of range", ErrorCode::wrong_kind},
        {"ERR increment or decrement would overflow", ErrorCode::wrong_kind},
        {"ERR decrement would overflow", ErrorCode::wrong_kind},
        {"ERR string exceeds maximum allowed size (512MB)", ErrorCode::invalid_argument},
        {"OOM command not allowed", ErrorCode::full},
        {"NOAUTH Authentication required.", ErrorCode::no_permission},
        {"NOPERM this user has no permissions", ErrorCode::no_permission},
        {"READONLY You can't write", ErrorCode::remote},
        {"BUSY Redis is busy", ErrorCode::busy},
        {"ERR anything else", ErrorCode::remote},
        {"LOADING Redis is loading", ErrorCode::busy},
        {"TRYAGAIN Multiple keys", ErrorCode::busy},
        {"CLUSTERDOWN Hash slot", ErrorCode::unreachable},
        {"MASTERDOWN Link with MASTER is down", ErrorCode::unreachable}};
    for (const auto& [error, code] : errors) {
        ScriptedServer::Script script{kNoCluster};
        script.insert(script.end(), 1000, "-" + error + "\r\n");
        ScriptedServer server({script});
        Remote store = Remote::connect(server.address(), short_times());
        BOOST_TEST(throws(code, [&] { store.incr("n"); }), error);
    }
}

// A node that does not know its own address leaves it out, or says `?`. The one that was asked is meant.
BOOST_AUTO_TEST_CASE(a_map_without_a_host_means_the_host_that_was_asked) {
    for (const std::string host : {"$1\r\n?\r\n", "$0\r\n\r\n", "$-1\r\n"}) {
        RedisServer target;
        target.command({"SET", "k", "v"});
        const std::string node = "*2\r\n" + host + ":" + std::to_string(target.port()) + "\r\n";
        ScriptedServer server({{"*1\r\n*3\r\n:0\r\n:16383\r\n" + node}});
        const Remote store = Remote::connect(server.address(), short_times());
        BOOST_TEST((store.get("k") == "v"), host);
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_loads_for_too_long_is_busy) {
    ScriptedServer::Script script{kNoCluster};
    script.insert(script.end(), 1000, "-LOADING Redis is loading\r\n");
    ScriptedServer server({script});
    Remote store = Remote::connect(server.address(), short_times());
    BOOST_TEST(throws(ErrorCode::busy, [&] { store.incr("n"); }));
}

BOOST_AUTO_TEST_CASE(a_redirection_is_followed_even_if_nobody_gives_the_map) {
    RedisServer target;
    target.command({"SET", "k", "v"});
    const std::string moved = "-MOVED " + std::to_string(remote::slot_of("k")) +
                              " 127.0.0.1:" + std::to_string(target.port()) + "\r\n";
    ScriptedServer server({{kNoCluster, moved, kNoCluster}});
    Remote store = Remote::connect(server.address());
    BOOST_TEST((store.get("k") == "v"));
    BOOST_TEST(store.append("k", "w") == 2U);
}

BOOST_AUTO_TEST_CASE(redirections_to_nobody_end) {
    const RefusingPort nobody;
    ScriptedServer::Script script{
        kNoCluster, "-MOVED " + std::to_string(remote::slot_of("k")) + " " + nobody.endpoint() + "\r\n"};
    script.insert(script.end(), 1000, kNoCluster);  // It is asked for the map between the tries.
    ScriptedServer liar({script});
    const Remote store = Remote::connect(liar.address(), short_times());
    const auto start = std::chrono::steady_clock::now();
    BOOST_TEST(throws(ErrorCode::unreachable, [&] { (void)store.get("k"); }));
    BOOST_TEST((std::chrono::steady_clock::now() - start < 60s));
}

BOOST_AUTO_TEST_CASE(nonsense_is_an_error) {
    for (const std::string nonsense :
         {"HTTP/1.1 400 Bad Request\r\n", "+OK\r\n", "*1\r\n:1\r\n", ":oops\r\n", "-MOVED here there\r\n",
          "-MOVED\r\n", "-ASK 99999 x:1\r\n", "-MOVED 99999 x:1\r\n", "-ERR no\r\n"}) {
        ScriptedServer server({{kNoCluster, nonsense, nonsense}, {nonsense, nonsense}});
        const Remote store = Remote::connect(server.address(), short_times());
        const std::string message = message_of([&] { (void)store.get("k"); });
        BOOST_TEST(!message.empty(), nonsense);
        BOOST_TEST(!has(message, "\n"), message);
        BOOST_TEST(!message_of([&] { (void)store.ttl("k"); }).empty(), nonsense);
    }
}

BOOST_AUTO_TEST_CASE(keys_of_other_types_are_of_the_wrong_kind) {
    RedisServer server;
    Remote store = Remote::connect(server.address());
    server.command({"RPUSH", "list", "item"});
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { (void)store.get("list"); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { (void)store.get_many({"list"}); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { store.incr("list"); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { store.append("list", "v"); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { store.take("list"); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { store.get_or_set("list", "v"); }));
    BOOST_TEST(store.contains("list"));
    BOOST_TEST(store.set("list", "v"));
    BOOST_TEST((store.get("list") == "v"));
}

BOOST_AUTO_TEST_CASE(a_full_server_is_full) {
    RedisServer server({"--maxmemory", "2mb", "--maxmemory-policy", "noeviction"});
    Remote store = Remote::connect(server.address());
    const std::string value(100'000, 'v');
    BOOST_TEST(throws(ErrorCode::full, [&] {
        for (int i = 0; i < 100; ++i) store.set("k" + std::to_string(i), value);
    }));
}

BOOST_AUTO_TEST_CASE(a_replica_refuses_writes) {
    RedisServer primary;
    RedisServer replica({"--replicaof", "127.0.0.1 " + std::to_string(primary.port())});
    Remote store = Remote::connect(replica.address());
    BOOST_TEST(throws(ErrorCode::remote, [&] { store.set("k", "v"); }));
}

BOOST_AUTO_TEST_SUITE_END()
