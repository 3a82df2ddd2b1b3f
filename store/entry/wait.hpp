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

/// Sleeps until `wanted` returns true for the key's value (empty: the key is absent). False: the timeout
/// has ended first. Without a timeout it waits for ever.
bool wait(Attachment& attachment, std::string_view key,
          const std::function<bool(const std::optional<std::string>&)>& wanted,
          std::optional<std::chrono::milliseconds> timeout);

}  // namespace dummycache::store
