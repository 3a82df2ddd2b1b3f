// SPDX-License-Identifier: MIT
// A string goes from the server to the cache, or from the cache to the server.
#pragma once

#include <optional>
#include <string_view>

#include <dummycache/cache.hpp>

#include "tools/redis/api.hpp"
#include "tools/redis/server_key.hpp"

namespace dummycache::redis {

/// The remaining time of a key that the server has.
[[nodiscard]] Timeout remaining_in_server(Context* context, String* key);

/// What the server had of a key that the cache is about to get.
enum class Elsewhere {
    absent,     ///< nothing
    moved,      ///< a string. It is in the cache now, with its remaining time
    other_type  ///< a key of another type. The server still has it
};
/// `before`: the entry of which the server's string was made; its codec stays, as far as kept_codec lets it.
Elsewhere move_to_cache(Context* context, String* key, Cache& cache, const std::optional<Entry>& before = {},
                        Replicates replicates = Replicates::yes);

/// The codec of an entry whose value a command has changed into `value`: the same, but an int64 that is no number any
/// more becomes bytes.
[[nodiscard]] Codec kept_codec(const Entry& before, std::string_view value);

/// Copies an entry of the cache to the server. Nobody is told of it.
void copy_to_server(Context* context, String* key, const Entry& entry,
                    Replicates replicates = Replicates::yes);

}  // namespace dummycache::redis
