// SPDX-License-Identifier: MIT
#include "tests/bench/memcached_server.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>

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

[[noreturn]] void fail(memcached_st* client, memcached_return_t outcome) {
    throw std::runtime_error(std::string("memcached: ") + memcached_strerror(client, outcome));
}

}  // namespace

std::unique_ptr<MemcachedServer> MemcachedServer::start(std::uint64_t mebibytes) {
    // -u counts only for root, who may not run it otherwise.
    auto server =
        Server::start({"memcached", "-m", std::to_string(mebibytes), "-s", "%s", "-t", "1", "-u", "root"});
    if (server == nullptr) return nullptr;
    return std::unique_ptr<MemcachedServer>(new MemcachedServer(std::move(server)));
}

MemcachedServer::MemcachedServer(std::unique_ptr<Server> server)
    : server_(std::move(server)), client_(memcached_create(nullptr)) {
    memcached_server_add_unix_socket(client_, server_->socket().c_str());
}

MemcachedServer::~MemcachedServer() { memcached_free(client_); }

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
