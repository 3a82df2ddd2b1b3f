// SPDX-License-Identifier: MIT
// A connected socket that never blocks.
#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string_view>

#include "address.hpp"
#include "deadline.hpp"

namespace dummycache::remote {

/// A connection that cannot be made, or is broken; what() says why, without saying where.
class Broken : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Socket {
public:
    /// Connects; throws Broken.
    Socket(const Endpoint& endpoint, Deadline deadline);
    ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    /// Sends as much as there is room for and returns how much that was; throws Broken. No SIGPIPE.
    std::size_t send(std::string_view bytes) const;
    /// Receives what is there, perhaps nothing; throws Broken at the end.
    std::size_t receive(std::span<char> buffer) const;
    /// Whether nothing has come and the other end has not closed.
    [[nodiscard]] bool is_quiet() const noexcept;

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_ = -1;
};

}  // namespace dummycache::remote
