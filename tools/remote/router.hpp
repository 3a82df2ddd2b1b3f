// SPDX-License-Identifier: MIT
// Brings commands to the servers that have their keys, and brings back the replies.
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

    /// Runs commands as one batch, those of a node in their order. Each then has a reply, which may be an
    /// error. Throws Error if one has none; the others were run nevertheless, as far as they can be.
    void run(std::span<Request> requests, const What& what);

    /// And a reply that is an error is thrown: the first of them.
    void run_and_check(std::span<Request> requests, const What& what);
    /// Runs one command; a reply that is an error is thrown.
    Reply run(Request request, const What& what);

    /// Throws what the server refused, if it did.
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
