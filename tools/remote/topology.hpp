// SPDX-License-Identifier: MIT
// Which server has which keys. A single server has all keys. In a cluster each node has some of the slots.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include <dummycache/remote.hpp>

#include "address.hpp"
#include "deadline.hpp"
#include "hash_slot.hpp"
#include "node.hpp"
#include "reply.hpp"

namespace dummycache::remote {

/// The last known map of slots to nodes. Redirections and refresh() correct it. For any number of threads.
class Topology {
public:
    /// Connects to the server and asks it whether it is one of a cluster. Throws Broken or Error.
    Topology(const Address& address, const RemoteOptions& options);

    [[nodiscard]] bool is_cluster() const noexcept { return is_cluster_.load(std::memory_order_relaxed); }

    /// The node that serves the slot. Null if none is known.
    [[nodiscard]] std::shared_ptr<Node> node_of(std::uint16_t slot) const;

    /// The node at this endpoint. A new node is added to the known ones.
    [[nodiscard]] std::shared_ptr<Node> node_at(const Endpoint& endpoint);

    /// The nodes that serve slots, each once.
    [[nodiscard]] std::vector<std::shared_ptr<Node>> primaries() const;

    /// A node has redirected: the node at `endpoint` serves the slot. A server that redirects belongs to a cluster.
    void move(std::uint16_t slot, const Endpoint& endpoint);

    /// Asks the nodes for the map until one answers; `suspect` is asked last. If none answers, nothing changes.
    void refresh(Deadline deadline, const Node* suspect);

private:
    [[nodiscard]] std::shared_ptr<Node> node_at_locked(const Endpoint& endpoint);
    [[nodiscard]] std::vector<std::shared_ptr<Node>> nodes_to_ask(const Node* suspect) const;
    /// False if the reply is no map.
    bool adopt(const redisReply& reply, const Endpoint& asked);
    bool ask(Node& node, Deadline deadline);

    const Login login_;
    const RemoteOptions options_;
    const std::shared_ptr<Node> first_;  ///< the node of the address

    std::atomic<bool> is_cluster_{false};
    mutable std::mutex mutex_;
    std::map<Endpoint, std::shared_ptr<Node>> nodes_;  ///< all known nodes, replicas too
    std::array<std::shared_ptr<Node>, kSlots> slots_;
};

}  // namespace dummycache::remote
