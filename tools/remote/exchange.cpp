// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <cerrno>

#include <poll.h>

namespace dummycache::remote {

namespace {

/// Calls `step`. If it throws Broken, the leg is broken.
template <class Step>
void guarded(Leg& leg, Step step) {
    try {
        step();
    } catch (const Broken& broken) {
        leg.broken = broken.what();
    }
}

void queue(Leg& leg) {
    for (Errand* errand : leg.errands) {
        errand->awaits_asking = errand->ask.has_value();
        if (errand->ask) leg.connection->append(encoded({"ASKING"}));
        errand->end = leg.connection->append(errand->request->bytes);
    }
    guarded(leg, [&] { leg.connection->send_some(); });
}

void take_replies(Leg& leg) {
    while (leg.answered < leg.errands.size()) {
        Reply reply = leg.connection->next_reply();
        if (reply == nullptr) return;
        Errand& errand = *leg.errands[leg.answered];
        if (errand.awaits_asking) {
            errand.awaits_asking = false;
            continue;
        }
        errand.request->reply = std::move(reply);
        ++leg.answered;
    }
}

void step(Leg& leg, short events) {
    guarded(leg, [&] {
        if ((events & POLLOUT) != 0) leg.connection->send_some();
        if ((events & ~POLLOUT) == 0) return;
        leg.connection->receive_some();
        take_replies(leg);
    });
}

}  // namespace

void send_and_receive(std::span<Leg> legs, Deadline deadline) {
    for (Leg& leg : legs)
        if (leg.connection != nullptr) queue(leg);
    std::vector<pollfd> polls;
    std::vector<Leg*> open;
    for (;;) {
        polls.clear();
        open.clear();
        for (Leg& leg : legs) {
            if (leg.is_done()) continue;
            const int events = POLLIN | (leg.connection->wants_to_send() ? POLLOUT : 0);
            polls.push_back({leg.connection->descriptor(), static_cast<short>(events), 0});
            open.push_back(&leg);
        }
        if (open.empty()) return;
        const int ready = ::poll(polls.data(), polls.size(), poll_time(deadline));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) {
            for (Leg* leg : open) leg->broken = "no answer within the command timeout";
            return;
        }
        for (std::size_t i = 0; i < open.size(); ++i)
            if (polls[i].revents != 0) step(*open[i], polls[i].revents);
    }
}

}  // namespace dummycache::remote
