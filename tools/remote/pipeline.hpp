// SPDX-License-Identifier: MIT
// Any number of commands, sent in batches of a bounded size.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "router.hpp"

namespace dummycache::remote {

/// `take(index, reply)` gets the replies in the order of the commands. An error reply is thrown instead. Commands are
/// sent when a batch is full, and by finish().
template <class Take>
class Pipeline {
public:
    Pipeline(Router& router, const What& what, Take take)
        : router_(router), what_(what), take_(std::move(take)) {}

    void add(Request request) {
        bytes_ += request.bytes.size();
        batch_.push_back(std::move(request));
        if (batch_.size() >= router_.options().batch || bytes_ >= kMostBytes) finish();
    }

    void finish() {
        if (batch_.empty()) return;
        router_.run(batch_, what_);
        for (const Request& request : batch_) {
            router_.check(*request.reply, what_);
            take_(taken_++, *request.reply);
        }
        batch_.clear();
        bytes_ = 0;
    }

private:
    static constexpr std::size_t kMostBytes = std::size_t{16} << 20;

    Router& router_;
    What what_;
    Take take_;
    std::vector<Request> batch_;
    std::size_t bytes_ = 0;
    std::size_t taken_ = 0;
};

}  // namespace dummycache::remote
