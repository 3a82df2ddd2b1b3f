// SPDX-License-Identifier: MIT
// The address of a server, and the user who logs in there.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace dummycache::remote {

inline constexpr std::uint16_t kDefaultPort = 6379;

/// A host and a port, or the path of a Unix socket.
struct Endpoint {
    std::string host;  ///< empty for a Unix socket
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

    /// The address without user and password, for messages.
    [[nodiscard]] std::string text() const;
};

/// Whether the text begins like an address of a server.
[[nodiscard]] bool is_address(std::string_view text) noexcept;

/// Throws ErrorCode::invalid_argument. The message never shows a password.
[[nodiscard]] Address parse_address(std::string_view text);

/// The host that a node of a cluster names. A node that does not know its own name leaves it out. Then the host is that
/// of the node that was asked.
[[nodiscard]] std::string host_or(std::string_view named, const Endpoint& asked);

/// Reads "HOST:PORT", as nodes of a cluster name each other. For an empty host see host_or. Throws
/// std::invalid_argument if the text has another form.
[[nodiscard]] Endpoint parse_endpoint(std::string_view text, const Endpoint& asked);

}  // namespace dummycache::remote
