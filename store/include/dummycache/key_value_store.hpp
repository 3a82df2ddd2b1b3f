// SPDX-License-Identifier: MIT
// What Cache and Remote have in common.
#pragma once

#include "dummycache/detail/language.hpp"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dummycache/timeout.hpp"

namespace dummycache {

/// Code that takes a `KeyValueStore auto&` works on a Cache of any kind as well as on a Remote. So a
/// program can use shared memory on a developer's machine and a server elsewhere. cache.hpp has the
/// semantics; remote.hpp says where a server cannot keep them.
template <class Store>
concept KeyValueStore = std::copyable<Store> &&
    requires(Store store, const Store& reader, std::string_view text, std::string& buffer, Timeout timeout,
             std::int64_t delta, std::span<const std::string_view> keys,
             std::span<const std::pair<std::string_view, std::string_view>> pairs, std::string (*make)()) {
    { store.set(text, text) } -> std::same_as<bool>;
    { store.set(text, text, timeout) } -> std::same_as<bool>;
    { store.add(text, text, timeout) } -> std::same_as<bool>;
    { store.replace(text, text, timeout) } -> std::same_as<bool>;
    { reader.get(text) } -> std::same_as<std::optional<std::string>>;
    { reader.get(text, buffer) } -> std::same_as<bool>;
    { reader.contains(text) } -> std::same_as<bool>;
    { reader.ttl(text) } -> std::same_as<std::optional<std::chrono::microseconds>>;
    { store.erase(text) } -> std::same_as<bool>;
    { store.touch(text, timeout) } -> std::same_as<bool>;
    { store.persist(text) } -> std::same_as<bool>;
    { store.incr(text, delta) } -> std::same_as<std::int64_t>;
    { store.decr(text, delta) } -> std::same_as<std::int64_t>;
    { store.append(text, text) } -> std::same_as<std::size_t>;
    { store.take(text) } -> std::same_as<std::optional<std::string>>;
    { store.get_or_set(text, text, timeout) } -> std::same_as<std::string>;
    { store.get_or_set(text, make, timeout) } -> std::same_as<std::string>;
    { reader.get_many(keys) } -> std::same_as<std::vector<std::optional<std::string>>>;
    { reader.get_many({text, text}) } -> std::same_as<std::vector<std::optional<std::string>>>;
    { store.set_many(pairs, timeout) } -> std::same_as<std::size_t>;
    { store.erase_many(keys) } -> std::same_as<std::size_t>;
    { store.erase_if(text) } -> std::same_as<std::size_t>;
    store.clear();
};

}  // namespace dummycache
