// SPDX-License-Identifier: MIT
// Which server has which keys: a single one has all, in a cluster each has some slots.
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

/// What was last heard; redirections and refresh() correct it. For any number of threads.
class Topology {
public:
    /// Connects to the server and asks it whether it is one of a cluster. Throws Broken or Error.
    Topology(const Address& address, const RemoteOptions& options);

    [[nodiscard]] bool is_cluster() const noexcept { return is_cluster_.load(std::memory_order_relaxed); }

    /// A null pointer if no node is known to serve the slot.
    [[nodiscard]] std::shared_ptr<Node> node_of(std::uint16_t slot) const;

    /// Known from now on if it was not.
    [[nodiscard]] std::shared_ptr<Node> node_at(const Endpoint& endpoint);

    /// Those that serve slots, each once.
    [[nodiscard]] std::vector<std::shared_ptr<Node>> primaries() const;

    /// A node says that another one serves the slot. What was a single server then is a cluster.
    void move(std::uint16_t slot, const Endpoint& endpoint);

    /// Asks a node for the map; `suspect` is asked last. Leaves things as they are if none answers.
    void refresh(Deadline deadline, const Node* suspect);

private:
    [[nodiscard]] std::shared_ptr<Node> node_at_locked(const Endpoint& endpoint);
    [[nodiscard]] std::vector<std::shared_ptr<Node>> nodes_to_ask(const Node* suspect) const;
    /// False if the reply is no map.
    bool adopt(const redisReply& reply, const Endpoint& asked);
    bool ask(Node& node, Deadline deadline);

    const Login login_;
    const RemoteOptions options_;
    const std::shared_ptr<Node> first_;  ///< the one of the address

    std::atomic<bool> is_cluster_{false};
    mutable std::mutex mutex_;
    std::map<Endpoint, std::shared_ptr<Node>> nodes_;  ///< all that are known, replicas too
    std::array<std::shared_ptr<Node>, kSlots> slots_;
};

}  // namespace dummycache::remote
