// SPDX-License-Identifier: MIT
// Sends commands to the servers that have their keys, and returns the replies.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <dummycache/remote.hpp>

#include "address.hpp"
#include "request.hpp"
#include "topology.hpp"

namespace dummycache::remote {

/// For any number of threads.
class Router {
public:
    /// Connects. Throws Error.
    Router(const Address& address, const RemoteOptions& options);

    /// Runs commands as one batch, those of one node in their order. Each command then has a reply, which may be an
    /// error. Throws Error if a command has no reply; the others were still run, as far as possible.
    void run(std::span<Request> requests, const What& what);

    /// Runs commands as one batch. If replies are errors, throws the first of them.
    void run_and_check(std::span<Request> requests, const What& what);
    /// Runs one command. Throws the reply if it is an error.
    Reply run(Request request, const What& what);

    /// Throws the reply if it is an error.
    void check(const redisReply& reply, const What& what) const {
        if (is_error(reply)) throw_refused(what.text(), address_, reply);
    }

    [[nodiscard]] std::vector<std::shared_ptr<Node>> primaries() const { return topology_->primaries(); }
    [[nodiscard]] const RemoteOptions& options() const noexcept { return options_; }
    [[nodiscard]] const std::string& address() const noexcept { return address_; }

private:
    const std::string address_;
    const RemoteOptions options_;
    std::unique_ptr<Topology> topology_;
};

}  // namespace dummycache::remote
