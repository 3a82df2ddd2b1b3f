// SPDX-License-Identifier: MIT
#include "cluster.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "tools/remote/hash_slot.hpp"

namespace dummycache::test {

namespace {

constexpr std::size_t kPrimaries = 3;

std::uint16_t first_slot(std::size_t node) {
    return static_cast<std::uint16_t>(remote::kSlots * node / kPrimaries);
}

}  // namespace

void wait_until(const std::function<bool()>& condition, const std::string& what) {
    constexpr int kTries = 3000;
    for (int i = 0; i < kTries; ++i) {
        if (condition()) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw std::runtime_error("in vain: waited until " + what);
}

RedisCluster::RedisCluster(std::size_t replicas) {
    for (std::size_t i = 0; i < kPrimaries + replicas; ++i) {
        nodes_.push_back(std::make_unique<RedisServer>(RedisServer::Settings{
            "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-node-timeout",
            "1000", "--cluster-require-full-coverage", "no", "--cluster-port", std::to_string(free_port())}));
    }
    for (std::size_t i = 0; i < kPrimaries; ++i) {
        node(i).command({"CLUSTER", "ADDSLOTSRANGE", std::to_string(first_slot(i)),
                         std::to_string(first_slot(i + 1) - 1)});
        node(i).command({"CLUSTER", "SET-CONFIG-EPOCH", std::to_string(i + 1)});
    }
    for (std::size_t i = 1; i < size(); ++i) {
        // MEET needs the port of the bus: it is not ten thousand above the other one.
        const auto bus = node(0).command({"CONFIG", "GET", "cluster-port"});
        node(i).command(
            {"CLUSTER", "MEET", "127.0.0.1", std::to_string(node(0).port()), bus.substr(bus.find(' ') + 1)});
    }
    wait_until_formed();
    for (std::size_t i = kPrimaries; i < size(); ++i) {
        node(i).command({"CLUSTER", "REPLICATE", id_of(0)});
        wait_until(
            [&] {
                return node(i).command({"INFO", "replication"}).find("master_link_status:up") !=
                       std::string::npos;
            },
            "a replica follows");
        wait_until(
            [&] {
                return node(1).command({"CLUSTER", "SLOTS"}).find(std::to_string(node(i).port())) !=
                       std::string::npos;
            },
            "others know a replica");
    }
}

void RedisCluster::wait_until_formed() {
    wait_until(
        [&] {
            return std::ranges::all_of(nodes_, [&](const auto& node) {
                const std::string info = node->command({"CLUSTER", "INFO"});
                const std::string nodes = node->command({"CLUSTER", "NODES"});
                return info.find("cluster_state:ok") != std::string::npos &&
                       info.find("cluster_slots_assigned:16384") != std::string::npos &&
                       info.find("cluster_known_nodes:" + std::to_string(size())) != std::string::npos &&
                       nodes.find("handshake") == std::string::npos;
            });
        },
        "the cluster is formed");
}

std::size_t RedisCluster::home_of(std::uint16_t slot) {
    std::size_t node = 0;
    while (slot >= first_slot(node + 1)) ++node;
    return node;
}

std::string RedisCluster::key_at(std::size_t node, const std::string& start) {
    for (int i = 0;; ++i) {
        std::string key = start + std::to_string(i);
        if (home_of(remote::slot_of(key)) == node) return key;
    }
}

void RedisCluster::wait_until_alive(std::size_t index) {
    const std::string id = id_of(index);
    for (const auto& node : nodes_) {
        wait_until(
            [&] {
                const std::string nodes = node->command({"CLUSTER", "NODES"});
                const std::size_t start = nodes.find(id);
                const std::string row = nodes.substr(start, nodes.find('\n', start) - start);
                const std::string state = node->command({"CLUSTER", "INFO"});
                return state.find("cluster_state:ok") != std::string::npos && start != std::string::npos &&
                       row.find("fail") == std::string::npos && row.find(" connected") != std::string::npos;
            },
            "a node is alive");
    }
}

void RedisCluster::begin_to_move(std::uint16_t slot, std::size_t from, std::size_t to) {
    node(to).command({"CLUSTER", "SETSLOT", std::to_string(slot), "IMPORTING", id_of(from)});
    node(from).command({"CLUSTER", "SETSLOT", std::to_string(slot), "MIGRATING", id_of(to)});
}

void RedisCluster::move_key(const std::string& key, std::size_t from, std::size_t to) {
    node(from).command({"MIGRATE", "127.0.0.1", std::to_string(node(to).port()), key, "0", "5000"});
}

void RedisCluster::end_of_move(std::uint16_t slot, std::size_t from, std::size_t to) {
    const std::string id = id_of(to);
    node(to).command({"CLUSTER", "SETSLOT", std::to_string(slot), "NODE", id});
    node(from).command({"CLUSTER", "SETSLOT", std::to_string(slot), "NODE", id});
}

}  // namespace dummycache::test
