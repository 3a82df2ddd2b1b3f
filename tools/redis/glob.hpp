// SPDX-License-Identifier: MIT
// Redis' patterns, which differ from the cache's own: [^a] is "not a", and a bracket may be left open.
#pragma once

#include <string_view>

namespace dummycache::redis {

/// Whether all of `text` matches, byte by byte. `*` is tried without recursion, so the number of steps is at most the
/// product of both lengths.
[[nodiscard]] bool glob_matches_redis(std::string_view pattern, std::string_view text) noexcept;

}  // namespace dummycache::redis
