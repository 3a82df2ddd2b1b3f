// SPDX-License-Identifier: MIT
// Waiting for a key.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "store/layout/attachment.hpp"

namespace dummycache::store {

/// Sleeps until `wanted` is true of the key's value (empty: absent). False: the timeout is over; without one it waits for
/// ever.
bool wait(Attachment& attachment, std::string_view key,
          const std::function<bool(const std::optional<std::string>&)>& wanted,
          std::optional<std::chrono::milliseconds> timeout);

}  // namespace dummycache::store
