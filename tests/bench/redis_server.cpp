// SPDX-License-Identifier: MIT
#include "tests/bench/redis_server.hpp"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace dummycache::bench {

namespace {

void run_server(const std::string& folder) {
    const int nothing = ::open("/dev/null", O_WRONLY);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    const std::string socket = folder + "/redis.sock";
    ::execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket.c_str(), "--dir",
             folder.c_str(), "--save", "", "--appendonly", "no", "--enable-debug-command", "yes", nullptr);
    ::_exit(127);
}

void check(const redisReply* reply, const redisContext& context) {
    if (reply == nullptr) throw std::runtime_error(std::string("redis: ") + context.errstr);
    if (reply->type == REDIS_REPLY_ERROR) throw std::runtime_error(std::string("redis: ") + reply->str);
}

}  // namespace

std::unique_ptr<RedisServer> RedisServer::start(const std::string& folder) {
    const pid_t pid = ::fork();
    if (pid == 0) run_server(folder);
    const std::string socket = folder + "/redis.sock";
    constexpr int kTries = 200;
    constexpr useconds_t kPauseUs = 20'000;
    for (int i = 0; i < kTries; ++i) {
        ::usleep(kPauseUs);
        if (::waitpid(pid, nullptr, WNOHANG) == pid) return nullptr;
        redisContext* const context = redisConnectUnix(socket.c_str());
        if (context != nullptr && context->err == 0)
            return std::unique_ptr<RedisServer>(new RedisServer(pid, context));
        redisFree(context);
    }
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    throw std::runtime_error("redis-server does not answer");
}

RedisServer::~RedisServer() {
    redisFree(context_);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void RedisServer::send_set(std::string_view key, std::string_view value) {
    constexpr std::uint64_t kMostAwaited = 1000;
    if (redisAppendCommand(context_, "SET %b %b", key.data(), key.size(), value.data(), value.size()) !=
        REDIS_OK)
        throw std::runtime_error("redis: cannot send");
    if (++awaited_ == kMostAwaited) wait_for_answers();
}

void RedisServer::wait_for_answers() {
    for (; awaited_ != 0; --awaited_) {
        void* reply = nullptr;
        if (redisGetReply(context_, &reply) != REDIS_OK) reply = nullptr;
        check(static_cast<redisReply*>(reply), *context_);
        freeReplyObject(reply);
    }
}

void RedisServer::call(const char* words) {
    auto* const reply = static_cast<redisReply*>(redisCommand(context_, words));
    check(reply, *context_);
    freeReplyObject(reply);
}

}  // namespace dummycache::bench
