// SPDX-License-Identifier: MIT
// One server and the connections to it that nobody uses at the moment.
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

    /// A connection for the caller alone: one that was given back and still works, or a new one. Throws
    /// Broken, or Error if the server does not want this user or database.
    [[nodiscard]] std::unique_ptr<Connection> take(Deadline deadline) {
        while (auto idle = take_idle())
            if (idle->is_usable()) return idle;
        return std::make_unique<Connection>(endpoint_, login_, deadline);
    }

    /// Only one without a command under way.
    void give_back(std::unique_ptr<Connection> connection) {
        const std::lock_guard guard(mutex_);
        if (idle_.size() < most_idle_) idle_.push_back(std::move(connection));
    }

private:
    /// The one that was used last: the others may end by the server's timeout.
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
