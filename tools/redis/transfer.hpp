// SPDX-License-Identifier: MIT
// A string goes from the server to the cache, or from the cache to the server.
#pragma once

#include <dummycache/cache.hpp>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// The remaining time of a key that the server has.
[[nodiscard]] Timeout remaining_in_server(Context* context, String* key);

/// What the server had of a key that the cache is about to get.
enum class Elsewhere {
    absent,     ///< nothing
    moved,      ///< a string. It is in the cache now, with its remaining time
    other_type  ///< a key of another type. The server still has it
};
Elsewhere move_to_cache(Context* context, String* key, Cache& cache);

/// Copies an entry of the cache to the server, for a command that only the server knows.
void copy_to_server(Context* context, String* key, const Entry& entry);

}  // namespace dummycache::redis
