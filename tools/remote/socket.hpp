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

/// Thrown when a connection cannot be made or is broken. what() says why, but not to which server.
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

    /// Sends as much as there is room for and returns that number of bytes. Throws Broken; raises no SIGPIPE.
    std::size_t send(std::string_view bytes) const;
    /// Receives the bytes that are there, perhaps none. Throws Broken when the server has closed the connection.
    std::size_t receive(std::span<char> buffer) const;
    /// Whether no byte has come and the server has not closed the connection.
    [[nodiscard]] bool is_quiet() const noexcept;

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_ = -1;
};

}  // namespace dummycache::remote
