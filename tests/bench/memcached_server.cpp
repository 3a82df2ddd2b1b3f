// SPDX-License-Identifier: MIT
#include "tests/bench/memcached_server.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "tests/bench/scratch_cache.hpp"

#ifdef DUMMYCACHE_BENCH_MEMCACHED
#include <libmemcached/memcached.h>
#endif

namespace dummycache::bench {

#ifndef DUMMYCACHE_BENCH_MEMCACHED

std::unique_ptr<MemcachedServer> MemcachedServer::start(std::uint64_t) { return nullptr; }
MemcachedServer::~MemcachedServer() = default;
bool MemcachedServer::get(std::string_view) { return false; }
void MemcachedServer::set(std::string_view, std::string_view) {}
void MemcachedServer::erase(std::string_view) {}

#else

namespace {

void run_server(const std::string& socket, const std::string& mebibytes) {
    const int nothing = ::open("/dev/null", O_WRONLY);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    // -u counts only for root, who may not run it otherwise.
    ::execlp("memcached", "memcached", "-m", mebibytes.c_str(), "-s", socket.c_str(), "-t", "1", "-u", "root",
             nullptr);
    ::_exit(127);
}

[[noreturn]] void fail(memcached_st* client, memcached_return_t outcome) {
    throw std::runtime_error(std::string("memcached: ") + memcached_strerror(client, outcome));
}

}  // namespace

std::unique_ptr<MemcachedServer> MemcachedServer::start(std::uint64_t mebibytes) {
    const auto path = std::filesystem::temp_directory_path() / scratch_name();
    std::filesystem::create_directories(path);
    const std::string folder = path.string();
    const pid_t pid = ::fork();
    if (pid == 0) run_server(folder + "/socket", std::to_string(mebibytes));
    std::unique_ptr<MemcachedServer> server(new MemcachedServer(folder, pid));
    constexpr int kTries = 500;
    constexpr useconds_t kPauseUs = 10'000;
    for (int i = 0; i < kTries; ++i) {
        ::usleep(kPauseUs);
        if (::waitpid(pid, nullptr, WNOHANG) == pid) {
            server->pid_ = 0;
            return nullptr;
        }
        if (server->connect()) return server;
    }
    throw std::runtime_error("memcached does not answer");
}

bool MemcachedServer::connect() {
    client_ = memcached_create(nullptr);
    memcached_server_add_unix_socket(client_, (folder_ + "/socket").c_str());
    const memcached_return_t outcome = memcached_set(client_, "0", 1, "", 0, 0, 0);
    if (memcached_success(outcome)) return true;
    memcached_free(client_);
    client_ = nullptr;
    return false;
}

MemcachedServer::~MemcachedServer() {
    if (client_ != nullptr) memcached_free(client_);
    if (pid_ != 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

bool MemcachedServer::get(std::string_view key) {
    std::size_t bytes = 0;
    std::uint32_t flags = 0;
    memcached_return_t outcome{};
    char* const value = memcached_get(client_, key.data(), key.size(), &bytes, &flags, &outcome);
    std::free(value);
    if (outcome != MEMCACHED_NOTFOUND && !memcached_success(outcome)) fail(client_, outcome);
    return outcome != MEMCACHED_NOTFOUND;
}

void MemcachedServer::set(std::string_view key, std::string_view value) {
    const auto outcome = memcached_set(client_, key.data(), key.size(), value.data(), value.size(), 0, 0);
    // With little memory it may have nothing of this size to drop: then it does not keep the value, and misses it.
    if (outcome != MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE && !memcached_success(outcome))
        fail(client_, outcome);
}

void MemcachedServer::erase(std::string_view key) {
    const auto outcome = memcached_delete(client_, key.data(), key.size(), 0);
    if (outcome != MEMCACHED_NOTFOUND && !memcached_success(outcome)) fail(client_, outcome);
}

#endif

}  // namespace dummycache::bench
