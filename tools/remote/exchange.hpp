// SPDX-License-Identifier: MIT
// Commands on their way to several servers at the same time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "connection.hpp"
#include "deadline.hpp"
#include "node.hpp"
#include "request.hpp"

namespace dummycache::remote {

/// A request, and what has become of it so far.
struct Errand {
    Request* request = nullptr;
    std::optional<Endpoint> ask = {};  ///< the node that has the key of a slot that is moving, for one time
    bool awaits_asking = false;        ///< the answer to ASKING comes first
    std::uint64_t end = 0;             ///< its place in the connection's bytes
    unsigned breaks = 0;               ///< how many connections broke under it
    std::string why = {};              ///< why it has no reply
};

/// What goes to one node.
struct Leg {
    std::shared_ptr<Node> node;
    std::unique_ptr<Connection> connection = {};  ///< a null pointer if there is none to be had
    std::vector<Errand*> errands = {};
    std::size_t answered = 0;  ///< the first so many errands
    std::string broken = {};   ///< why not all of them

    [[nodiscard]] bool is_done() const noexcept {
        return connection == nullptr || !broken.empty() || answered == errands.size();
    }
};

/// Sends everything and collects the replies as they come, from all nodes at once; nobody waits for anybody
/// else. Ends when each leg is answered or broken, and at the deadline.
void send_and_receive(std::span<Leg> legs, Deadline deadline);

}  // namespace dummycache::remote
