// SPDX-License-Identifier: MIT
// Which of the server's commands the cache serves itself. Any other command with keys borrows strings.
#pragma once

#include <string_view>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// What runs for the command, of which the name is in small letters. Null if the cache does not serve it.
[[nodiscard]] CommandFunction served_by(std::string_view name) noexcept;
/// Whether it is a command with keys that stays the server's own.
[[nodiscard]] bool stays_with_server(std::string_view name) noexcept;

}  // namespace dummycache::redis
