// SPDX-License-Identifier: MIT
// One key of the server, looked at and changed without its commands: WATCH, clients that track keys, keyspace events, replicas
// and the append-only file learn nothing of it. Only the event `new` is sent for a key that was not there.
#pragma once

#include <cstdint>
#include <string_view>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

/// Whether replicas and the append-only file do the same.
enum class Replicates : bool { no, yes };

inline constexpr std::int64_t kNoDeadline = -1;

class ServerKey {
public:
    ServerKey(Context* context, String* name) noexcept;
    ~ServerKey();
    ServerKey(const ServerKey&) = delete;
    ServerKey& operator=(const ServerKey&) = delete;

    /// A KeyType; kNoKey if the server does not have it.
    [[nodiscard]] int type() const noexcept;
    /// The bytes of a string, until the key is changed or closed.
    [[nodiscard]] std::string_view value() noexcept;
    /// The remaining time in milliseconds, or kNoDeadline.
    [[nodiscard]] std::int64_t ttl_ms() const noexcept;

    /// Makes it a string.
    void set(std::string_view value, std::int64_t ttl_ms) noexcept;
    /// Deletes it; another thread frees a large one.
    void remove() noexcept;

private:
    Context* context_;
    Key* key_;
};

/// Replicas and the append-only file delete the key.
void replicate_delete(Context* context, String* key) noexcept;

/// Deletes a key that is replaced by a string of the cache, here and in replicas. False if the server did not have it.
bool replace_in_server(Context* context, String* key) noexcept;

}  // namespace dummycache::redis
