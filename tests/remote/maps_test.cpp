// SPDX-License-Identifier: MIT
// Maps that make no sense, connections that are kept, and a server that goes away while it is written to.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include <dummycache/remote.hpp>

#include "cluster.hpp"
#include "scripted_server.hpp"
#include "server.hpp"
#include "support/child.hpp"
#include "support/signal_storm.hpp"
#include "support/test_cache.hpp"
#include "tools/remote/hash_slot.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

namespace {

const std::string kNoCluster = ScriptedServer::kNoCluster;

/// CLUSTER SLOTS with one row.
std::string map_of(int first, int last, int port) {
    return "*1\r\n*3\r\n:" + std::to_string(first) + "\r\n:" + std::to_string(last) +
           "\r\n*2\r\n$9\r\n127.0.0.1\r\n:" + std::to_string(port) + "\r\n";
}

/// Reads the beginning of the second command, and closes the connection.
void hang_up_in_mid_command(int listener) {
    const int connection = ::accept(listener, nullptr, nullptr);
    std::vector<char> buffer(4096);
    static_cast<void>(::recv(connection, buffer.data(), buffer.size(), 0));
    static_cast<void>(::send(connection, kNoCluster.data(), kNoCluster.size(), MSG_NOSIGNAL));
    static_cast<void>(::recv(connection, buffer.data(), buffer.size(), 0));
    ::close(connection);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(maps)

BOOST_AUTO_TEST_CASE(a_row_that_makes_no_sense_is_not_followed) {
    RedisServer other;
    other.command({"SET", "k", "of the other"});
    for (const std::string& map : {map_of(0, 16'383, other.port() + 65'536), map_of(0, 16'384, other.port()),
                                   map_of(-1, 16'383, other.port()), map_of(9, 8, other.port())}) {
        ScriptedServer server({{map, "$1\r\nv\r\n"}});
        const Remote store = Remote::connect(server.address());
        BOOST_TEST((store.get("k") == "v"), map);
    }
}

BOOST_AUTO_TEST_CASE(without_a_map_a_redirection_is_of_one_slot) {
    RedisServer target;
    target.command({"SET", "k", "of the target"});
    const std::string moved = "-MOVED " + std::to_string(remote::slot_of("k")) +
                              " 127.0.0.1:" + std::to_string(target.port()) + "\r\n";
    ScriptedServer server({{kNoCluster, moved, kNoCluster, "$1\r\nv\r\n"}});
    const Remote store = Remote::connect(server.address());
    BOOST_TEST((store.get("k") == "of the target"));
    BOOST_TEST((store.get("another") == "v"));
}

BOOST_AUTO_TEST_CASE(a_node_of_a_cluster_that_became_a_replica_is_asked_who_is_the_primary_now) {
    RedisServer replica;
    RedisServer primary;
    replica.command({"REPLICAOF", "127.0.0.1", "1"});
    ScriptedServer::Script script{map_of(0, 16'383, replica.port())};
    script.insert(script.end(), 100, map_of(0, 16'383, primary.port()));
    ScriptedServer server({script, script});
    Remote store = Remote::connect(server.address());
    BOOST_TEST(store.incr("n") == 1);
    BOOST_TEST((primary.command({"GET", "n"}) == "1"));
}

BOOST_AUTO_TEST_CASE(no_more_idle_connections_are_kept_than_was_asked_for) {
    RedisServer server;
    RemoteOptions options;
    options.idle_connections = 1;
    options.command_timeout = 60s;
    const Remote store = Remote::connect(server.address(), options);
    server.stop_running();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { static_cast<void>(store.get("k")); });
    std::this_thread::sleep_for(50ms);
    server.go_on();
    for (std::thread& thread : threads) thread.join();
    wait_until(
        [&] {
            const std::string clients = server.command({"CLIENT", "LIST", "TYPE", "normal"});
            return std::count(clients.begin(), clients.end(), '\n') <= 2;  // one is this command's own
        },
        "the others are closed");
}

BOOST_AUTO_TEST_CASE(signals_during_a_call_change_nothing) {
    RedisServer server;
    server.command({"SET", "k", "v"});
    RemoteOptions options;
    options.command_timeout = 60s;
    const Remote store = Remote::connect(server.address(), options);
    server.stop_running();
    std::thread later([&] {
        block_all_signals();
        std::this_thread::sleep_for(100ms);
        server.go_on();
    });
    std::optional<std::string> value;
    {
        const SignalStorm storm(1000);
        value = store.get("k");
    }
    later.join();
    BOOST_TEST((value == "v"));
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_up_in_mid_command_ends_no_process) {
    const Listener listener;
    std::thread server([&] { hang_up_in_mid_command(listener.number()); });
    Child client([&] {
        ::signal(SIGPIPE, SIG_DFL);
        Remote store = Remote::connect(listener.address());
        require(throws(ErrorCode::unreachable, [&] { store.set("k", std::string(50'000'000, 'v')); }) ||
                    throws(ErrorCode::uncertain, [&] { store.set("k", "v"); }),
                "no error");
    });
    server.join();
    BOOST_TEST(client.wait() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
