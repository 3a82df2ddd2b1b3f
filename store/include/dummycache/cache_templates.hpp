// SPDX-License-Identifier: MIT
// Those calls of Cache that are templates; cache.hpp includes it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "dummycache/cache.hpp"
#include "dummycache/views.hpp"

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
    const auto views = detail::pair_views(pairs);
    return set_many(std::span<const std::pair<std::string_view, std::string_view>>(views), timeout);
}

template <class Keys>
std::vector<std::string_view> Cache::views_of(const Keys& keys) {
    return detail::key_views(keys);
}

}  // namespace dummycache
