// SPDX-License-Identifier: MIT
// Those calls of Cache that are templates; cache.hpp includes it.
#pragma once

#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "dummycache/cache.hpp"

namespace dummycache {

template <class Make>
    requires std::is_invocable_r_v<std::string, Make> std::string Cache::get_or_set(std::string_view key,
                                                                                    Make&& make,
                                                                                    Timeout timeout) {
        if (auto value = get(key)) return *std::move(value);
        const std::string made = std::forward<Make>(make)();
        return get_or_set(key, std::string_view(made), timeout);
    }

template <class Pairs>
std::size_t Cache::set_many(const Pairs& pairs, Timeout timeout) {
    static_assert(std::is_reference_v<decltype(*std::begin(pairs))>,
                  "the range makes its pairs as it goes: keep them in a container first");
    std::vector<std::pair<std::string_view, std::string_view>> views;
    for (const auto& [key, value] : pairs) views.emplace_back(key, value);
    return set_many(std::span<const std::pair<std::string_view, std::string_view>>(views), timeout);
}

template <class Keys>
std::vector<std::string_view> Cache::views_of(const Keys& keys) {
    using Key = decltype(*std::begin(keys));
    static_assert(std::is_reference_v<Key> || std::is_same_v<std::remove_cv_t<Key>, std::string_view>,
                  "the range makes its keys as it goes: keep them in a container of strings first");
    std::vector<std::string_view> views;
    for (const auto& key : keys) views.emplace_back(key);
    return views;
}

}  // namespace dummycache
