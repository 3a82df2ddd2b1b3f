// SPDX-License-Identifier: MIT
// Error replies of a server as dummycache::Error.
#pragma once

#include <string>
#include <string_view>

#include "reply.hpp"

namespace dummycache::remote {

/// A key for messages: short and on one line.
[[nodiscard]] std::string shown(std::string_view key);

/// Throws dummycache::Error. `what` is the call, with the key if there is one; `server` is without a password.
[[noreturn]] void throw_refused(const std::string& what, const std::string& server, const redisReply& reply);

/// Throws dummycache::Error for a reply of a type that the command does not have.
[[noreturn]] void throw_unexpected(const std::string& what, const std::string& server);

}  // namespace dummycache::remote
