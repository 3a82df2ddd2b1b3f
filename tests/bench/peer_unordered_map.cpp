// SPDX-License-Identifier: MIT
// The peer `unordered_map`: what one process would write for itself. Shares nothing, survives
// nothing, has no deadlines.
#include <malloc.h>

#include <charconv>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "tests/bench/store.hpp"

namespace dummycache::bench {

namespace {

class LockedMap {
public:
    bool get(const std::string& key, std::string& value) {
        const std::shared_lock lock(mutex_);
        const auto found = map_.find(key);
        if (found == map_.end()) return false;
        value = found->second;
        return true;
    }
    std::optional<std::string> get(const std::string& key) {
        const std::shared_lock lock(mutex_);
        const auto found = map_.find(key);
        return found == map_.end() ? std::nullopt : std::optional(found->second);
    }
    /// One lock a batch. The map wants std::string keys.
    std::vector<std::optional<std::string>> get_many(std::span<const std::string_view> keys) {
        std::vector<std::optional<std::string>> values(keys.size());
        const std::shared_lock lock(mutex_);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            key_.assign(keys[i]);
            if (const auto found = map_.find(key_); found != map_.end()) values[i] = found->second;
        }
        return values;
    }
    void set(const std::string& key, std::string_view value) {
        const std::unique_lock lock(mutex_);
        const auto [place, inserted] = map_.try_emplace(key, value);
        if (!inserted) place->second.assign(value);
    }
    void set(const std::string& key, std::string_view value, std::chrono::seconds) { set(key, value); }
    std::int64_t incr(const std::string& key) {
        const std::unique_lock lock(mutex_);
        std::string& text = map_[key];
        std::int64_t number = 0;
        std::from_chars(text.data(), text.data() + text.size(), number);
        text = std::to_string(++number);
        return number;
    }
    /// What malloc has given out beyond what it had when the map was made.
    [[nodiscard]] std::uint64_t memory_bytes() const { return in_use() - before_; }

private:
    static std::uint64_t in_use() {
        const struct mallinfo2 info = ::mallinfo2();
        return info.uordblks + info.hblkhd;
    }

    std::uint64_t before_ = in_use();
    std::shared_mutex mutex_;
    std::unordered_map<std::string, std::string> map_;
    std::string key_;  // of the only thread that calls get_many
};

const RegisterPeer registered("unordered_map",
                              "std::unordered_map<std::string, std::string> behind a std::shared_mutex",
                              Cost::call,
                              [](const Room&) { return std::make_unique<LoopedStore<LockedMap>>(); });

}  // namespace

}  // namespace dummycache::bench
