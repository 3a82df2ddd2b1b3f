// SPDX-License-Identifier: MIT
// Sends commands to several servers at the same time, and receives their replies.
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

/// A request and its state so far.
struct Errand {
    Request* request = nullptr;
    std::optional<Endpoint> ask = {};  ///< where an ASK redirected it, for one time
    bool awaits_asking = false;        ///< the answer to ASKING comes first
    std::uint64_t end = 0;             ///< the position of its end in the connection's bytes
    unsigned breaks = 0;               ///< how many connections broke before its reply came
    std::string why = {};              ///< why it has no reply
};

/// The requests that go to one node.
struct Leg {
    std::shared_ptr<Node> node;
    std::unique_ptr<Connection> connection = {};  ///< null if none could be made
    std::vector<Errand*> errands = {};
    std::size_t answered = 0;  ///< how many errands, from the first on, have a reply
    std::string broken = {};   ///< why not all have one

    [[nodiscard]] bool is_done() const noexcept {
        return connection == nullptr || !broken.empty() || answered == errands.size();
    }
};

/// Sends all requests and takes the replies as they arrive, from all nodes at once: no node waits for another. Ends
/// when each leg is answered or broken, and at the deadline.
void send_and_receive(std::span<Leg> legs, Deadline deadline);

}  // namespace dummycache::remote
