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

namespace dummycache::bench {

using Keys = std::span<const std::string>;

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
};

/// A Store made of a class with the calls for one key: get(key, value), get(key), get_many(keys),
/// set(key, value), set(key, value, timeout), incr(key).
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

private:
    Single single_;
};

/// Makes an empty store with room for so many entries of the usual size.
using StoreMaker = std::function<std::unique_ptr<Store>(std::size_t entries)>;

struct Peer {
    std::string name;
    std::string what;  ///< one line for --list
    StoreMaker make;
};

/// Every peer, sorted by name.
[[nodiscard]] std::vector<Peer> all_peers();

/// Makes a peer known. One object of static storage in each peer's file.
struct RegisterPeer {
    RegisterPeer(std::string name, std::string what, StoreMaker make);
};

/// The cache itself, in shared memory under a name of its own.
[[nodiscard]] std::unique_ptr<Store> make_ours(std::size_t entries);

}  // namespace dummycache::bench
