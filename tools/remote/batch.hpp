// SPDX-License-Identifier: MIT
// Commands that are sent together. Each is sent again, to where it was redirected, until it has an answer.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <dummycache/remote.hpp>

#include "deadline.hpp"
#include "exchange.hpp"
#include "topology.hpp"

namespace dummycache::remote {

/// A batch is used once. It works in rounds. In each round the waiting commands are grouped by node and sent. A command
/// is then answered, or has failed, or waits for the next round: it was redirected, or its node could not be reached.
/// If a round gave a reason to doubt the map of the cluster, the map is read again before the next round.
class Batch {
public:
    Batch(Topology& topology, const RemoteOptions& options, std::span<Request> requests);

    /// Runs all commands as far as possible, and then throws the first failure.
    void run(const What& what, const std::string& address);

private:
    [[nodiscard]] std::vector<Leg> legs();
    void connect(Leg& leg) const;
    void settle(Leg& leg);
    void judge(Errand& errand, const Leg& leg);
    void follow(Errand& errand, std::string_view redirection, const Leg& leg);
    void mend(Errand& errand, const Leg& leg);
    void wait_again(Errand& errand) { waiting_.push_back(&errand); }
    void fail(Errand& errand, ErrorCode code);
    void prepare_next_round();

    Topology& topology_;
    const RemoteOptions& options_;
    const Deadline deadline_;
    std::vector<Errand> errands_;
    std::vector<Errand*> waiting_;

    // What the present round has shown.
    bool map_is_doubtful_ = false;
    bool should_pause_ = false;
    std::shared_ptr<Node> suspect_;

    const Errand* failed_ = nullptr;  ///< the first command that failed
    ErrorCode code_ = ErrorCode::unreachable;
};

}  // namespace dummycache::remote
