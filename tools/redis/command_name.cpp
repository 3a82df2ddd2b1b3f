// SPDX-License-Identifier: MIT
#include "tools/redis/command_name.hpp"

#include <cstring>

namespace dummycache::redis {

namespace {

/// Makes small letters of eight bytes at once: bytes from A to Z get the bit by which small letters differ.
std::uint64_t in_small_letters(std::uint64_t word) noexcept {
    constexpr std::uint64_t kEach = 0x0101010101010101U;
    const std::uint64_t low = word & 0x7f * kEach;  // no sum below reaches into the next byte
    const std::uint64_t from_a = low + (0x80 - 'A') * kEach;
    const std::uint64_t past_z = low + (0x80 - ('Z' + 1)) * kEach;
    return word | ((from_a & ~past_z & ~word & 0x80 * kEach) >> 2);
}

}  // namespace

CommandName::CommandName(std::string_view said) noexcept {
    if (said.size() > sizeof words_) return;
    std::memcpy(words_.data(), said.data(), said.size());
    for (std::uint64_t& word : words_) word = in_small_letters(word);
}

}  // namespace dummycache::redis
