// SPDX-License-Identifier: MIT
#include "hash_slot.hpp"

#include <array>

namespace dummycache::remote {

namespace {

/// CRC-16/XMODEM: polynomial 0x1021, high bit first, starts at 0.
constexpr std::array<std::uint16_t, 256> make_table() {
    constexpr unsigned kPolynomial = 0x1021;
    std::array<std::uint16_t, 256> table{};
    for (unsigned byte = 0; byte < 256; ++byte) {
        unsigned crc = byte << 8;
        for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc & 0x8000) != 0 ? kPolynomial : 0);
        table[byte] = static_cast<std::uint16_t>(crc);
    }
    return table;
}

constexpr auto kTable = make_table();

}  // namespace

std::uint16_t slot_of(std::string_view key) noexcept {
    const std::size_t open = key.find('{');
    const std::size_t close = open == std::string_view::npos ? open : key.find('}', open + 1);
    if (close != std::string_view::npos && close > open + 1) key = key.substr(open + 1, close - open - 1);
    unsigned crc = 0;
    for (const char c : key)
        crc = (crc << 8 & 0xffff) ^ kTable[(crc >> 8 ^ static_cast<unsigned char>(c)) & 0xff];
    return static_cast<std::uint16_t>(crc % kSlots);
}

}  // namespace dummycache::remote
