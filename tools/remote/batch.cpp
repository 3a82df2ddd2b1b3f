// SPDX-License-Identifier: MIT
#include "batch.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <thread>

namespace dummycache::remote {

namespace {

/// The pause between two tries when nothing is known to have changed.
constexpr std::chrono::milliseconds kPause{20};

/// Whether the server asks to try again a little later.
bool is_passing(std::string_view error) noexcept {
    constexpr std::array<std::string_view, 4> kPassing{"TRYAGAIN", "CLUSTERDOWN", "LOADING", "MASTERDOWN"};
    return std::ranges::any_of(kPassing, [&](std::string_view start) { return error.starts_with(start); });
}

}  // namespace

Batch::Batch(Topology& topology, const RemoteOptions& options, std::span<Request> requests)
    : topology_(topology), options_(options), deadline_(deadline_in(options.command_timeout)) {
    errands_.resize(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        errands_[i].request = &requests[i];
        waiting_.push_back(&errands_[i]);
    }
}

void Batch::run(const What& what, const std::string& address) {
    while (!waiting_.empty()) {
        std::vector<Leg> round = legs();
        for (Leg& leg : round) connect(leg);
        send_and_receive(round, deadline_);
        for (Leg& leg : round) settle(leg);
        prepare_next_round();
    }
    if (failed_ == nullptr) return;
    const std::string start = what.text() + ": " + (failed_->why.empty() ? address : failed_->why);
    if (code_ == ErrorCode::uncertain)
        throw Error(code_, start + "; whether it was done is unknown: look before you do it again");
    throw Error(code_, start + "; is the server running?");
}

/// Groups the waiting requests by node. A request without a known node waits for a newer map.
std::vector<Leg> Batch::legs() {
    std::vector<Leg> legs;
    for (Errand* errand : std::exchange(waiting_, {})) {
        Request& request = *errand->request;
        request.reply.reset();
        const auto node = request.node != nullptr ? request.node
                          : errand->ask           ? topology_.node_at(*errand->ask)
                                                  : topology_.node_of(request.slot);
        if (node == nullptr) {
            errand->why = "no node of the cluster serves slot " + std::to_string(request.slot);
            map_is_doubtful_ = should_pause_ = true;
            wait_again(*errand);
            continue;
        }
        auto leg = std::ranges::find_if(legs, [&](const Leg& known) { return known.node == node; });
        if (leg == legs.end()) leg = legs.insert(leg, Leg{node});
        leg->errands.push_back(errand);
    }
    return legs;
}

void Batch::connect(Leg& leg) const {
    try {
        leg.connection = leg.node->take(std::min(deadline_, deadline_in(options_.connect_timeout)));
    } catch (const Broken& broken) {
        leg.broken = broken.what();
    }
}

void Batch::settle(Leg& leg) {
    for (std::size_t i = 0; i < leg.errands.size(); ++i) {
        if (i < leg.answered) {
            judge(*leg.errands[i], leg);
        } else {
            mend(*leg.errands[i], leg);
        }
    }
    if (leg.broken.empty()) leg.node->give_back(std::move(leg.connection));
}

/// Decides whether a reply is the answer, or a reason to send the request again.
void Batch::judge(Errand& errand, const Leg& leg) {
    const redisReply& reply = *errand.request->reply;
    errand.ask.reset();
    if (!is_error(reply)) return;
    const std::string_view text = text_of(reply);
    if (text.starts_with("MOVED ") || text.starts_with("ASK ")) return follow(errand, text, leg);
    const bool stepped_down = topology_.is_cluster() && text.starts_with("READONLY");
    if (!is_passing(text) && !stepped_down) return;
    map_is_doubtful_ = map_is_doubtful_ || topology_.is_cluster();
    should_pause_ = true;
    wait_again(errand);
}

/// "MOVED SLOT HOST:PORT" holds from now on, "ASK SLOT HOST:PORT" for this request only.
void Batch::follow(Errand& errand, std::string_view redirection, const Leg& leg) {
    const std::size_t first = redirection.find(' ');
    const std::size_t second = redirection.find(' ', first + 1);
    unsigned slot = kSlots;
    std::from_chars(redirection.data() + first + 1, redirection.data() + redirection.size(), slot);
    if (second == std::string_view::npos || slot >= kSlots)
        return;  // The reply stays: an error for the caller.
    try {
        const Endpoint endpoint = parse_endpoint(redirection.substr(second + 1), leg.node->endpoint());
        if (redirection.starts_with("ASK")) {
            errand.ask = endpoint;
        } else {
            topology_.move(static_cast<std::uint16_t>(slot), endpoint);
            map_is_doubtful_ = true;
        }
    } catch (const std::invalid_argument&) {
        return;
    }
    wait_again(errand);
}

/// No reply has come. A request that was not sent completely was certainly not carried out.
void Batch::mend(Errand& errand, const Leg& leg) {
    const bool has_left = leg.connection != nullptr && errand.end <= leg.connection->sent();
    errand.why = leg.node->endpoint().text() + ": " + leg.broken;
    errand.ask.reset();
    if (has_left && errand.request->repeat == Repeat::never) return fail(errand, ErrorCode::uncertain);
    const bool may_move = topology_.is_cluster() && errand.request->node == nullptr;
    if (may_move) {
        map_is_doubtful_ = true;
        should_pause_ = should_pause_ || errand.breaks > 0;
        suspect_ = leg.node;
    } else if (leg.connection == nullptr || errand.breaks > 0) {
        return fail(errand, ErrorCode::unreachable);
    }
    ++errand.breaks;
    wait_again(errand);
}

void Batch::fail(Errand& errand, ErrorCode code) {
    // An uncertain request fails in its round, an unreachable one when the time is over. So the first failure is the
    // uncertain one, if there is one.
    if (failed_ != nullptr) return;
    failed_ = &errand;
    code_ = code;
}

void Batch::prepare_next_round() {
    if (waiting_.empty()) return;
    if (std::exchange(map_is_doubtful_, false))
        topology_.refresh(deadline_, std::exchange(suspect_, nullptr).get());
    if (std::exchange(should_pause_, false))
        std::this_thread::sleep_until(std::min(deadline_, deadline_in(kPause)));
    if (!is_over(deadline_)) return;
    // The last reply of a server is the answer. Requests without a reply have failed.
    for (Errand* errand : std::exchange(waiting_, {}))
        if (errand->request->reply == nullptr) fail(*errand, ErrorCode::unreachable);
}

}  // namespace dummycache::remote
