// SPDX-License-Identifier: MIT
// Where a server is, and who asks.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace dummycache::remote {

inline constexpr std::uint16_t kDefaultPort = 6379;

/// A host and a port, or a socket.
struct Endpoint {
    std::string host;  ///< empty if it is a socket
    std::uint16_t port = kDefaultPort;
    std::string path = {};

    [[nodiscard]] std::string text() const;
    auto operator<=>(const Endpoint&) const = default;
};

struct Login {
    std::string user;
    std::string password;
    unsigned database = 0;
};

struct Address {
    Endpoint endpoint;
    Login login;

    /// Without user and password.
    [[nodiscard]] std::string text() const;
};

/// Whether the text begins as an address does.
[[nodiscard]] bool is_address(std::string_view text) noexcept;

/// Throws ErrorCode::invalid_argument; what it says does not show a password.
[[nodiscard]] Address parse_address(std::string_view text);

/// The host that a node of a cluster names. A node that does not know how others call it leaves the name out: then
/// the node is the one that was asked.
[[nodiscard]] std::string host_or(std::string_view named, const Endpoint& asked);

/// "HOST:PORT", as nodes of a cluster name each other; an empty host is `asked`'s. Throws
/// std::invalid_argument if it is something else.
[[nodiscard]] Endpoint parse_endpoint(std::string_view text, const Endpoint& asked);

}  // namespace dummycache::remote
