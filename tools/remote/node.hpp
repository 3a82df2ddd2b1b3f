// SPDX-License-Identifier: MIT
// One server and the idle connections to it.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "address.hpp"
#include "connection.hpp"
#include "deadline.hpp"

namespace dummycache::remote {

/// For any number of threads.
class Node {
public:
    Node(Endpoint endpoint, Login login, std::size_t most_idle)
        : endpoint_(std::move(endpoint)), login_(std::move(login)), most_idle_(most_idle) {}

    [[nodiscard]] const Endpoint& endpoint() const noexcept { return endpoint_; }

    /// A connection for the caller alone: an idle one that still works, or a new one. Throws Broken, or Error if the
    /// server refuses this user or database.
    [[nodiscard]] std::unique_ptr<Connection> take(Deadline deadline) {
        while (auto idle = take_idle())
            if (idle->is_usable()) return idle;
        return std::make_unique<Connection>(endpoint_, login_, deadline);
    }

    /// The connection must not have a command whose reply has not come.
    void give_back(std::unique_ptr<Connection> connection) {
        const std::lock_guard guard(mutex_);
        if (idle_.size() < most_idle_) idle_.push_back(std::move(connection));
    }

private:
    /// The connection that was used last. The server's timeout may have closed the others.
    std::unique_ptr<Connection> take_idle() {
        const std::lock_guard guard(mutex_);
        if (idle_.empty()) return nullptr;
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
    }

    const Endpoint endpoint_;
    const Login login_;
    const std::size_t most_idle_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace dummycache::remote
