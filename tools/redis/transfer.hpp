// SPDX-License-Identifier: MIT
// A string goes from the server to the cache, or from the cache to the server.
#pragma once

#include <dummycache/cache.hpp>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// How long a key that the server has will be there.
[[nodiscard]] Timeout remaining_in_server(Context* context, String* key);

/// Where a key was that the cache is about to have.
enum class Elsewhere {
    absent,     ///< not in the server
    moved,      ///< there as a string, which is the cache's now, with its remaining time
    other_type  ///< there as something else, and still is
};
Elsewhere move_to_cache(Context* context, String* key, Cache& cache);

/// Copies an entry into the server's keyspace, for a command that only the server knows.
void copy_to_server(Context* context, String* key, const Entry& entry);

}  // namespace dummycache::redis
