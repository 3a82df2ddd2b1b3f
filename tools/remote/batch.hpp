// SPDX-License-Identifier: MIT
// Commands that are sent together, and sent again to where they were redirected, until each has an answer.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <dummycache/remote.hpp>

#include "deadline.hpp"
#include "exchange.hpp"
#include "topology.hpp"

namespace dummycache::remote {

/// Used once. It goes in rounds: those that wait are grouped by node, sent, and either answered, failed, or
/// waiting again because a node said so or could not be reached. Between two rounds the map of the cluster
/// is asked for, if a round gave reason to doubt it.
class Batch {
public:
    Batch(Topology& topology, const RemoteOptions& options, std::span<Request> requests);

    /// Throws the first failure, when all that could be done is done.
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

    // What the present round has taught.
    bool map_is_doubtful_ = false;
    bool should_pause_ = false;
    std::shared_ptr<Node> suspect_;

    const Errand* failed_ = nullptr;  ///< the first
    ErrorCode code_ = ErrorCode::unreachable;
};

}  // namespace dummycache::remote
