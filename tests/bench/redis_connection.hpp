// SPDX-License-Identifier: MIT
// A Redis server for the benchmark, and a connection to one.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tests/bench/server.hpp"

struct redisContext;
struct redisReply;

namespace dummycache::bench {

/// Null if redis-server is not installed.
[[nodiscard]] std::unique_ptr<Server> start_redis();

/// Throws if the server answers with an error, or not at all.
class RedisConnection {
public:
    struct FreeReply {
        void operator()(redisReply* reply) const noexcept;
    };
    using Reply = std::unique_ptr<redisReply, FreeReply>;

    explicit RedisConnection(const std::string& socket);
    ~RedisConnection();
    RedisConnection(const RedisConnection&) = delete;
    RedisConnection& operator=(const RedisConnection&) = delete;

    Reply call(std::span<const std::string_view> words);
    Reply call(std::initializer_list<std::string_view> words) {
        return call(std::span(words.begin(), words.size()));
    }

    /// Does not wait for the answer.
    void send(std::initializer_list<std::string_view> words);
    /// Waits for all answers.
    void wait_for_answers();

private:
    void append(std::span<const std::string_view> words);
    Reply answer();

    redisContext* context_;
    std::uint64_t awaited_ = 0;
};

}  // namespace dummycache::bench
