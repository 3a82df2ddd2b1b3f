// SPDX-License-Identifier: MIT
// A Redis cluster of a test's own, on the loopback device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server.hpp"

namespace dummycache::test {

/// Tries again for some seconds until `condition` is true; throws if it never is.
void wait_until(const std::function<bool()>& condition, const std::string& what);

/// Three primaries, each with a third of the slots; node 3 and later are replicas of node 0.
class RedisCluster {
public:
    explicit RedisCluster(std::size_t replicas = 0);

    [[nodiscard]] RedisServer& node(std::size_t index) { return *nodes_[index]; }
    [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
    [[nodiscard]] std::string id_of(std::size_t index) const {
        return nodes_[index]->command({"CLUSTER", "MYID"});
    }
    [[nodiscard]] std::string address() const { return nodes_[0]->address(); }

    /// The primary that had the slot in the beginning.
    [[nodiscard]] static std::size_t home_of(std::uint16_t slot);
    /// A key with this beginning that a node had in the beginning.
    [[nodiscard]] static std::string key_at(std::size_t node, const std::string& start = "key");

    /// Waits until each node that runs takes this one for alive.
    void wait_until_alive(std::size_t index);

    /// The steps of moving a slot, by which the keys of it are on both nodes for a while.
    void begin_to_move(std::uint16_t slot, std::size_t from, std::size_t to);
    void move_key(const std::string& key, std::size_t from, std::size_t to);
    void end_of_move(std::uint16_t slot, std::size_t from, std::size_t to);

private:
    void wait_until_formed();

    std::vector<std::unique_ptr<RedisServer>> nodes_;
};

}  // namespace dummycache::test
