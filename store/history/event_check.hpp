// SPDX-License-Identifier: MIT
// An event in private memory, and the check that tells whether it is whole.
#pragma once

#include <bit>
#include <cstdint>

#include "store/layout/journal.hpp"

namespace dummycache::store {

struct EventWords {
    std::uint64_t when_us = 0;
    std::uint64_t key_hash = 0;
    std::uint64_t what = 0;
    std::uint64_t value_bytes = 0;
    std::uint64_t key[layout::Event::kKeyWords] = {};
};

/// Of all words of the event with this number. Two events that are mixed have another one, all but surely.
[[nodiscard]] inline std::uint64_t check_of(const EventWords& words, std::uint64_t ticket) noexcept {
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;
    std::uint64_t check = (ticket + 1) * kOdd;
    const auto add = [&](std::uint64_t word) { check = std::rotl(check, 7) ^ word; };
    add(words.when_us);
    add(words.key_hash);
    add(words.what);
    add(words.value_bytes);
    for (const std::uint64_t word : words.key) add(word);
    return check * kOdd;
}

}  // namespace dummycache::store
