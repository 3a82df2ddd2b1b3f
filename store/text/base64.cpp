// SPDX-License-Identifier: MIT
// Base64 with padding. Written by hand because it is strict: no two texts mean the same bytes, so there is
// only one way to write and to read a value in a snapshot. Libraries accept more than that.
#include "dummycache/text.hpp"

#include <array>
#include <cstdint>

namespace dummycache::text {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 0xff;

constexpr std::array<std::uint8_t, 256> kValues = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(kNone);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    return values;
}();

constexpr std::uint32_t byte(std::string_view bytes, std::size_t i) noexcept {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

}  // namespace

void append_base64(std::string& to, std::string_view bytes) {
    to.reserve(to.size() + (bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::uint32_t three = byte(bytes, i) << 16 | byte(bytes, i + 1) << 8 | byte(bytes, i + 2);
        to += kAlphabet[three >> 18];
        to += kAlphabet[three >> 12 & 63];
        to += i + 1 < bytes.size() ? kAlphabet[three >> 6 & 63] : '=';
        to += i + 2 < bytes.size() ? kAlphabet[three & 63] : '=';
    }
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < text.size() - padding; ++i) {
        const std::uint8_t value = kValues[static_cast<unsigned char>(text[i])];
        if (value == kNone) return std::nullopt;
        bits = bits << 6 | value;
        if (i % 4 != 3) continue;
        for (const unsigned shift : {16U, 8U, 0U}) bytes += static_cast<char>(bits >> shift & 0xff);
        bits = 0;
    }
    if (padding == 0) return bytes;
    // The bits that no byte has must be zero, or two texts would mean the same.
    const unsigned unused = padding == 1 ? 2 : 4;
    if ((bits & ((1U << unused) - 1)) != 0) return std::nullopt;
    bits >>= unused;
    if (padding == 1) bytes += static_cast<char>(bits >> 8 & 0xff);
    bytes += static_cast<char>(bits & 0xff);
    return bytes;
}

}  // namespace dummycache::text
