// SPDX-License-Identifier: MIT
#include "server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>

namespace dummycache::test {

namespace {

using namespace std::chrono_literals;

[[noreturn]] void become_server(const std::vector<std::string>& words, pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int descriptor : {0, 1, 2}) ::dup2(nothing, descriptor);
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

std::string text_of(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
    if (reply.str != nullptr) return std::string(reply.str, reply.len);
    std::string text;
    for (std::size_t i = 0; i < reply.elements; ++i) text += (i == 0 ? "" : " ") + text_of(*reply.element[i]);
    return text;
}

/// A TCP socket at a port of the loopback device that the system chooses.
int new_bound_socket() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return descriptor;
    ::close(descriptor);
    throw std::runtime_error("there is no free port");
}

std::uint16_t port_of(int descriptor) {
    sockaddr_in address{};
    socklen_t bytes = sizeof address;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &bytes) != 0)
        throw std::runtime_error("getsockname failed");
    return ntohs(address.sin_port);
}

}  // namespace

ScratchFolder::ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "dummycache-remote-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = name;
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::uint16_t free_port() {
    const int descriptor = new_bound_socket();
    const std::uint16_t port = port_of(descriptor);
    ::close(descriptor);
    return port;
}

// Bound, but nobody listens.
RefusingPort::RefusingPort() : descriptor_(new_bound_socket()), port_(port_of(descriptor_)) {}

RefusingPort::~RefusingPort() { ::close(descriptor_); }

RedisServer::RedisServer(const Settings& settings) : settings_(settings) {
    // Another may take the port before the server does.
    constexpr int kTries = 5;
    for (int i = 0; i < kTries && pid_ == 0; ++i) {
        port_ = free_port();
        start();
    }
    if (pid_ == 0) throw std::runtime_error("redis-server does not start");
}

RedisServer::~RedisServer() { kill(); }

void RedisServer::start() {
    std::vector<std::string> words{"redis-server",
                                   "--port",
                                   std::to_string(port_),
                                   "--bind",
                                   "127.0.0.1",
                                   "--unixsocket",
                                   socket(),
                                   "--dir",
                                   folder_.path(),
                                   "--save",
                                   "",
                                   "--appendonly",
                                   "no",
                                   "--databases",
                                   "16",
                                   "--loglevel",
                                   "warning",
                                   "--repl-diskless-sync-delay",
                                   "0"};
    words.insert(words.end(), settings_.begin(), settings_.end());
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) become_server(words, parent);
    constexpr int kTries = 6000;
    for (int i = 0; i < kTries; ++i) {
        std::this_thread::sleep_for(10ms);
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) break;
        if (is_answering()) return;
    }
    kill();
}

bool RedisServer::is_answering() const {
    try {
        command({"PING"});
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

std::string RedisServer::command(const std::vector<std::string>& words) const {
    const std::unique_ptr<redisContext, decltype(&redisFree)> context(redisConnectUnix(socket().c_str()),
                                                                      redisFree);
    if (context == nullptr || context->err != 0) throw std::runtime_error("cannot connect");
    std::vector<const char*> starts;
    std::vector<std::size_t> sizes;
    for (const std::string& word : words) {
        starts.push_back(word.data());
        sizes.push_back(word.size());
    }
    auto* const raw = static_cast<redisReply*>(
        redisCommandArgv(context.get(), static_cast<int>(words.size()), starts.data(), sizes.data()));
    if (raw == nullptr) throw std::runtime_error(context->errstr);
    const std::string text = text_of(*raw);
    freeReplyObject(raw);
    return text;
}

void RedisServer::stop_running() const { ::kill(pid_, SIGSTOP); }
void RedisServer::go_on() const { ::kill(pid_, SIGCONT); }

void RedisServer::kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

void RedisServer::start_again() {
    kill();
    start();
    if (pid_ == 0) throw std::runtime_error("redis-server does not start again");
}

}  // namespace dummycache::test
