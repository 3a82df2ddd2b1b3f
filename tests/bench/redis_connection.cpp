// SPDX-License-Identifier: MIT
#include "tests/bench/redis_connection.hpp"

#include <hiredis/hiredis.h>

#include <array>
#include <stdexcept>

namespace dummycache::bench {

std::unique_ptr<Server> start_redis() {
    return Server::start({"redis-server", "--port", "0", "--unixsocket", "%s", "--dir", "%d", "--save", "",
                          "--appendonly", "no", "--enable-debug-command", "yes"});
}

void RedisConnection::FreeReply::operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }

RedisConnection::RedisConnection(const std::string& socket) : context_(redisConnectUnix(socket.c_str())) {
    if (context_ == nullptr || context_->err != 0)
        throw std::runtime_error("redis: cannot connect to " + socket);
}
RedisConnection::~RedisConnection() { redisFree(context_); }

void RedisConnection::append(std::span<const std::string_view> words) {
    constexpr std::size_t kMostWords = 64;
    std::array<const char*, kMostWords> texts{};
    std::array<std::size_t, kMostWords> sizes{};
    for (std::size_t i = 0; i < words.size(); ++i) {
        texts.at(i) = words[i].data();
        sizes.at(i) = words[i].size();
    }
    if (redisAppendCommandArgv(context_, static_cast<int>(words.size()), texts.data(), sizes.data()) !=
        REDIS_OK)
        throw std::runtime_error("redis: cannot send");
}

RedisConnection::Reply RedisConnection::answer() {
    void* got = nullptr;
    if (redisGetReply(context_, &got) != REDIS_OK)
        throw std::runtime_error(std::string("redis: ") + context_->errstr);
    Reply reply(static_cast<redisReply*>(got));
    if (reply->type == REDIS_REPLY_ERROR) throw std::runtime_error(std::string("redis: ") + reply->str);
    return reply;
}

RedisConnection::Reply RedisConnection::call(std::span<const std::string_view> words) {
    append(words);
    return answer();
}

void RedisConnection::send(std::initializer_list<std::string_view> words) {
    constexpr std::uint64_t kMostAwaited = 1000;
    append(std::span(words.begin(), words.size()));
    if (++awaited_ == kMostAwaited) wait_for_answers();
}

void RedisConnection::wait_for_answers() {
    for (; awaited_ != 0; --awaited_) answer();
}

}  // namespace dummycache::bench
