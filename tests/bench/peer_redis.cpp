// SPDX-License-Identifier: MIT
// The peer `redis`: a server of its own on a Unix socket, a command a call.
#include <hiredis/hiredis.h>

#include "tests/bench/redis_connection.hpp"
#include "tests/bench/store.hpp"

namespace dummycache::bench {

namespace {

class Redis {
public:
    explicit Redis(std::unique_ptr<Server> server)
        : server_(std::move(server)),
          connection_(server_->socket()),
          empty_bytes_(server_->resident_bytes()) {}
    /// In another process than the one that started the server.
    explicit Redis(const std::string& socket) : connection_(socket) {}

    [[nodiscard]] std::string address() const { return server_->socket(); }
    /// Beyond what it took when it was empty.
    [[nodiscard]] std::uint64_t memory_bytes() const { return server_->resident_bytes() - empty_bytes_; }

    bool get(const std::string& key, std::string& value) {
        const auto reply = connection_.call({"GET", key});
        if (reply->type != REDIS_REPLY_STRING) return false;
        value.assign(reply->str, reply->len);
        return true;
    }
    std::optional<std::string> get(const std::string& key) {
        std::string value;
        return get(key, value) ? std::optional(std::move(value)) : std::nullopt;
    }
    std::vector<std::optional<std::string>> get_many(std::span<const std::string_view> keys) {
        std::vector<std::string_view> words{"MGET"};
        words.insert(words.end(), keys.begin(), keys.end());
        const auto reply = connection_.call(words);
        std::vector<std::optional<std::string>> values(keys.size());
        for (std::size_t i = 0; i < reply->elements; ++i) {
            const redisReply& one = *reply->element[i];
            if (one.type == REDIS_REPLY_STRING) values[i].emplace(one.str, one.len);
        }
        return values;
    }
    void set(const std::string& key, std::string_view value) { connection_.call({"SET", key, value}); }
    void set(const std::string& key, std::string_view value, std::chrono::seconds timeout) {
        connection_.call({"SET", key, value, "EX", std::to_string(timeout.count())});
    }
    std::int64_t incr(const std::string& key) { return connection_.call({"INCR", key})->integer; }
    void fill(Keys keys, std::string_view value) {
        for (const std::string& key : keys) connection_.send({"SET", key, value});
        connection_.wait_for_answers();
    }

private:
    std::unique_ptr<Server> server_;
    RedisConnection connection_;
    std::uint64_t empty_bytes_ = 0;
};

std::unique_ptr<Store> make(const Room&) {
    auto server = start_redis();
    if (server == nullptr) return nullptr;
    return std::make_unique<LoopedStore<Redis>>(std::move(server));
}

const RegisterPeer registered("redis", "redis-server on a Unix socket, by hiredis", Cost::round_trip, make);

}  // namespace

}  // namespace dummycache::bench
