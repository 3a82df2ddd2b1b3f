// SPDX-License-Identifier: MIT
// The cache as a store of the benchmark.
#include <algorithm>

#include "tests/bench/scratch_cache.hpp"
#include "tests/bench/store.hpp"

namespace dummycache::bench {

namespace {

class Ours {
public:
    explicit Ours(std::uint64_t capacity_bytes)
        : scratch_(std::in_place, capacity_bytes), cache_(scratch_->cache()) {}
    /// In another process than the one that made it.
    explicit Ours(const std::string& name) : cache_(Cache::attach(name)) {}

    [[nodiscard]] std::string address() const { return scratch_->name(); }
    [[nodiscard]] std::uint64_t memory_bytes() { return cache_.stats().committed_bytes; }

    bool get(const std::string& key, std::string& value) { return cache_.get(key, value); }
    std::optional<std::string> get(const std::string& key) { return cache_.get(key); }
    std::vector<std::optional<std::string>> get_many(std::span<const std::string_view> keys) {
        return cache_.get_many(keys);
    }
    void set(const std::string& key, std::string_view value) { cache_.set(key, value); }
    void set(const std::string& key, std::string_view value, std::chrono::seconds timeout) {
        cache_.set(key, value, timeout);
    }
    std::int64_t incr(const std::string& key) { return cache_.incr(key); }

private:
    std::optional<ScratchCache> scratch_;
    Cache cache_;
};

}  // namespace

std::unique_ptr<Store> make_ours(const Room& room) {
    // So much more than the entries need that overwriting never comes near the capacity.
    constexpr std::uint64_t kTimes = 8;
    constexpr std::uint64_t kLeast = std::uint64_t{256} << 20;
    return std::make_unique<LoopedStore<Ours>>(std::max<std::uint64_t>(kLeast, room.bytes() * kTimes));
}

}  // namespace dummycache::bench
