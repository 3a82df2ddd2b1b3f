// SPDX-License-Identifier: MIT
// A cache in shared memory that is gone when its owner is.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include <dummycache/cache.hpp>

namespace dummycache::bench {

inline constexpr char kScratchPrefix[] = "bench.";  ///< then the process and a number

/// A name that no other process and no other call gets.
[[nodiscard]] inline std::string scratch_name() {
    static std::atomic<unsigned> made{0};
    return kScratchPrefix + std::to_string(::getpid()) + "." + std::to_string(made.fetch_add(1));
}

[[nodiscard]] inline Options with_capacity(std::uint64_t bytes) {
    Options options;
    options.capacity = bytes;
    return options;
}

class ScratchCache {
public:
    explicit ScratchCache(std::uint64_t capacity_bytes)
        : name_(scratch_name()), cache_(Cache::open(name_, with_capacity(capacity_bytes))) {}
    ~ScratchCache() { Cache::remove(name_); }
    ScratchCache(const ScratchCache&) = delete;
    ScratchCache& operator=(const ScratchCache&) = delete;

    [[nodiscard]] Cache& cache() noexcept { return cache_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    std::string name_;
    Cache cache_;
};

}  // namespace dummycache::bench
