// SPDX-License-Identifier: MIT
#include "router.hpp"

#include "batch.hpp"

namespace dummycache::remote {

namespace {

RemoteOptions checked(const RemoteOptions& options) {
    if (options.batch == 0 || options.connect_timeout.count() <= 0 || options.command_timeout.count() <= 0)
        throw Error(ErrorCode::invalid_argument, "connect: batch and timeouts are above zero");
    return options;
}

}  // namespace

Router::Router(const Address& address, const RemoteOptions& options)
    : address_(address.text()), options_(checked(options)) {
    try {
        topology_ = std::make_unique<Topology>(address, options_);
    } catch (const Broken& broken) {
        throw Error(ErrorCode::unreachable,
                    "connect: " + address_ + ": " + broken.what() + "; is the server running?");
    }
}

void Router::run(std::span<Request> requests, const What& what) {
    Batch(*topology_, options_, requests).run(what, address_);
}

void Router::run_and_check(std::span<Request> requests, const What& what) {
    run(requests, what);
    for (const Request& request : requests) check(*request.reply, what);
}

Reply Router::run(Request request, const What& what) {
    run_and_check(std::span(&request, 1), what);
    return std::move(request.reply);
}

}  // namespace dummycache::remote
