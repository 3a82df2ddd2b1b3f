// SPDX-License-Identifier: MIT
// A Redis server of one's own on a socket in a folder, gone at the end.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct redisContext;

namespace dummycache::bench {

class RedisServer {
public:
    /// Null if redis-server is not installed.
    [[nodiscard]] static std::unique_ptr<RedisServer> start(const std::string& folder);
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    /// Sends a SET and does not wait for the answer.
    void send_set(std::string_view key, std::string_view value);
    /// Waits for all answers. Throws if one is an error.
    void wait_for_answers();
    /// A command without operands but words; throws if the answer is an error.
    void call(const char* words);

private:
    RedisServer(pid_t pid, redisContext* context) : pid_(pid), context_(context) {}

    pid_t pid_;
    redisContext* context_;
    std::uint64_t awaited_ = 0;
};

}  // namespace dummycache::bench
