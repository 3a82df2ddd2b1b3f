// SPDX-License-Identifier: MIT
// Read-modify-write, as one step for all processes. Like every other write it makes a new entry with a new
// id. So a compare-and-set that raced with it fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Adds `delta` to the number, or with `subtract` subtracts it. Returns the result. `what` names the call
/// in messages. Throws wrong_kind.
std::int64_t incr(Attachment& attachment, std::string_view key, std::int64_t delta, bool subtract,
                  const char* what);

/// Appends `suffix` to the value. Returns the size of the new value in bytes.
std::size_t append(Attachment& attachment, std::string_view key, std::string_view suffix);

}  // namespace dummycache::store
