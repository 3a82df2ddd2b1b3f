// SPDX-License-Identifier: MIT
// A memcached of a given size, for a replay of requests.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "tests/bench/server.hpp"

struct memcached_st;

namespace dummycache::bench {

class MemcachedServer {
public:
    /// Null if memcached is not installed, or the benchmark was built without its client library.
    [[nodiscard]] static std::unique_ptr<MemcachedServer> start(std::uint64_t mebibytes);
    ~MemcachedServer();
    MemcachedServer(const MemcachedServer&) = delete;
    MemcachedServer& operator=(const MemcachedServer&) = delete;

    [[nodiscard]] bool get(std::string_view key);
    void set(std::string_view key, std::string_view value);
    void erase(std::string_view key);

private:
    explicit MemcachedServer(std::unique_ptr<Server> server);

    std::unique_ptr<Server> server_;
    memcached_st* client_ = nullptr;
};

}  // namespace dummycache::bench
