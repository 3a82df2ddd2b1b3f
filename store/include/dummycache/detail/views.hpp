// SPDX-License-Identifier: MIT
// Ranges of string-like things, as the calls for many keys take them, as views.
#pragma once

#include <iterator>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dummycache::detail {

template <class Keys>
[[nodiscard]] std::vector<std::string_view> key_views(const Keys& keys) {
    using Key = decltype(*std::begin(keys));
    static_assert(std::is_reference_v<Key> || std::is_same_v<std::remove_cv_t<Key>, std::string_view>,
                  "the range makes its keys as it goes: keep them in a container of strings first");
    std::vector<std::string_view> views;
    for (const auto& key : keys) views.emplace_back(key);
    return views;
}

template <class Pairs>
[[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> pair_views(const Pairs& pairs) {
    static_assert(std::is_reference_v<decltype(*std::begin(pairs))>,
                  "the range makes its pairs as it goes: keep them in a container first");
    std::vector<std::pair<std::string_view, std::string_view>> views;
    for (const auto& [key, value] : pairs) views.emplace_back(key, value);
    return views;
}

}  // namespace dummycache::detail
