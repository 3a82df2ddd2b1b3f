// SPDX-License-Identifier: MIT
// A store that workloads drive: the cache, or a peer. Each peer stands in a file of its own and
// registers itself.
//
// The calls take many keys at once, so that the loop over them is compiled together with the store
// and no virtual call stands between two operations.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/bench/keys.hpp"

namespace dummycache::bench {

using Keys = std::span<const std::string>;

/// What a store has to hold.
struct Room {
    std::size_t entries = 0;
    std::size_t value_bytes = kValueBytes;

    [[nodiscard]] std::uint64_t bytes() const { return std::uint64_t{entries} * (kKeyBytes + value_bytes); }
};

class Store {
public:
    Store() = default;
    virtual ~Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// Reads each key into the same string; returns how many were there.
    virtual std::size_t get_each(Keys keys) = 0;
    /// The same, each into a std::optional<std::string> of its own.
    virtual std::size_t get_optional_each(Keys keys) = 0;
    /// Reads `batch` keys a call.
    virtual std::size_t get_many_each(std::span<const std::string_view> keys, std::size_t batch) = 0;
    virtual void set_each(Keys keys, std::string_view value) = 0;
    /// Entries that expire after `timeout`; a store that has no such thing keeps them for ever.
    virtual void set_each(Keys keys, std::string_view value, std::chrono::seconds timeout) = 0;
    /// Adds 1 to each; returns the last sum.
    virtual std::int64_t incr_each(Keys keys) = 0;
    /// Reads each key but every 20th, which is set; returns how many were there.
    virtual std::size_t mixed_each(Keys keys, std::string_view value) = 0;

    /// Sets each key in whatever way is quickest; not to be timed.
    virtual void fill(Keys keys, std::string_view value) = 0;
    /// The same store for a process that was forked from this one; null if it is this process's alone.
    [[nodiscard]] virtual std::unique_ptr<Store> in_child() const = 0;
    /// Memory that the store takes: what it has of the system, or what it says that it uses. Empty if it cannot tell.
    [[nodiscard]] virtual std::optional<std::uint64_t> memory_bytes() = 0;
};

/// A Store made of a class with the calls for one key: get(key, value), get(key), get_many(keys),
/// set(key, value), set(key, value, timeout), incr(key). It may have more: fill(keys, value); address(),
/// which another process makes such an object from; memory_bytes().
template <class Single>
class LoopedStore final : public Store {
public:
    template <class... Arguments>
    explicit LoopedStore(Arguments&&... arguments) : single_(std::forward<Arguments>(arguments)...) {}

    std::size_t get_each(Keys keys) override {
        std::size_t found = 0;
        std::string value;
        for (const std::string& key : keys) found += single_.get(key, value) ? 1 : 0;
        return found;
    }
    std::size_t get_optional_each(Keys keys) override {
        std::size_t found = 0;
        for (const std::string& key : keys) {
            const std::optional<std::string> value = single_.get(key);
            found += value && !value->empty() ? 1 : 0;
        }
        return found;
    }
    std::size_t get_many_each(std::span<const std::string_view> keys, std::size_t batch) override {
        std::size_t found = 0;
        for (; keys.size() >= batch; keys = keys.subspan(batch)) {
            const std::vector<std::optional<std::string>> values = single_.get_many(keys.first(batch));
            for (const auto& value : values) found += value ? 1 : 0;
        }
        return found;
    }
    void set_each(Keys keys, std::string_view value) override {
        for (const std::string& key : keys) single_.set(key, value);
    }
    void set_each(Keys keys, std::string_view value, std::chrono::seconds timeout) override {
        for (const std::string& key : keys) single_.set(key, value, timeout);
    }
    std::int64_t incr_each(Keys keys) override {
        std::int64_t sum = 0;
        for (const std::string& key : keys) sum = single_.incr(key);
        return sum;
    }
    std::size_t mixed_each(Keys keys, std::string_view value) override {
        constexpr std::size_t kSetEvery = 20;
        std::size_t found = 0;
        std::size_t number = 0;
        std::string read;
        for (const std::string& key : keys) {
            if (++number % kSetEvery == 0) {
                single_.set(key, value);
            } else {
                found += single_.get(key, read) ? 1 : 0;
            }
        }
        return found;
    }
    void fill(Keys keys, std::string_view value) override {
        if constexpr (requires { single_.fill(keys, value); }) {
            single_.fill(keys, value);
        } else {
            set_each(keys, value);
        }
    }
    std::unique_ptr<Store> in_child() const override {
        if constexpr (requires { Single(single_.address()); }) {
            return std::make_unique<LoopedStore>(single_.address());
        } else {
            return nullptr;
        }
    }
    std::optional<std::uint64_t> memory_bytes() override {
        if constexpr (requires { single_.memory_bytes(); }) {
            return single_.memory_bytes();
        } else {
            return std::nullopt;
        }
    }

private:
    Single single_;
};

/// Makes an empty store. Null: what it needs is not installed.
using StoreMaker = std::function<std::unique_ptr<Store>(const Room& room)>;

/// What is asked of a peer.
enum class Cost : std::uint8_t {
    call,        ///< a call costs less than some microseconds
    round_trip,  ///< a call is a message to another process: fewer of them are timed
};

struct Peer {
    std::string name;
    std::string what;  ///< one line for --list
    Cost cost = Cost::call;
    StoreMaker make;
};

/// Every peer, sorted by name.
[[nodiscard]] std::vector<Peer> all_peers();

/// Makes a peer known. One object of static storage in each peer's file.
struct RegisterPeer {
    RegisterPeer(std::string name, std::string what, Cost cost, StoreMaker make);
};

/// The cache itself, in shared memory under a name of its own.
[[nodiscard]] std::unique_ptr<Store> make_ours(const Room& room);

}  // namespace dummycache::bench
