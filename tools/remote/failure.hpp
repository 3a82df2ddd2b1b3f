// SPDX-License-Identifier: MIT
// What a server refuses, as the exception that callers know.
#pragma once

#include <string>
#include <string_view>

#include "reply.hpp"

namespace dummycache::remote {

/// A key as messages show it: short, one line.
[[nodiscard]] std::string shown(std::string_view key);

/// Throws dummycache::Error. `what` is the call, with the key if there is one; `server` is without a password.
[[noreturn]] void throw_refused(const std::string& what, const std::string& server, const redisReply& reply);

/// For a reply that is not of the type that the command has.
[[noreturn]] void throw_unexpected(const std::string& what, const std::string& server);

}  // namespace dummycache::remote
