// SPDX-License-Identifier: MIT
// Read-modify-write, as one step between all processes. Out of place, like every other write: a
// new entry with a new id, so that a compare-and-set that raced with it fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// The sum, or with `subtract` the difference. `what`: the call, for messages. Throws wrong_kind.
std::int64_t incr(Attachment& attachment, std::string_view key, std::int64_t delta, bool subtract,
                  const char* what);

/// How many bytes the value has afterwards.
std::size_t append(Attachment& attachment, std::string_view key, std::string_view suffix);

}  // namespace dummycache::store
