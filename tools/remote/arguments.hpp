// SPDX-License-Identifier: MIT
// Checks of keys, values and timeouts, and timeouts in a server's units.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <dummycache/timeout.hpp>

#include "request.hpp"

namespace dummycache::remote {

/// Throws ErrorCode::invalid_argument.
void check_key(const What& what, std::string_view key);
void check_value(const What& what, std::string_view value);
void check_timeout(const What& what, Timeout timeout);

/// Rounded up, so that a time above zero does not become zero.
[[nodiscard]] std::string milliseconds_text(std::chrono::microseconds time);

/// A SET with this timeout, which must not be over. `condition` is NX, XX or empty.
[[nodiscard]] Request set_request(std::string_view key, std::string_view value, Timeout timeout,
                                  std::string_view condition = {}, Repeat repeat = Repeat::never);

}  // namespace dummycache::remote
