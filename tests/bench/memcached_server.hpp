// SPDX-License-Identifier: MIT
// A memcached of one's own on a socket in a folder of its own, gone at the end.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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
    MemcachedServer(std::string folder, pid_t pid) : folder_(std::move(folder)), pid_(pid) {}
    [[nodiscard]] bool connect();

    std::string folder_;
    pid_t pid_;
    memcached_st* client_ = nullptr;
};

}  // namespace dummycache::bench
