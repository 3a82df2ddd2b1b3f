// SPDX-License-Identifier: MIT
// Text from anywhere, made safe to show. Keys, values and paths hold any bytes: some clear a screen, and some
// make two different keys look alike.
#include "dummycache/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace dummycache::text {

namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

/// What Unicode calls "default ignorable", without the treacherous ones, and the annotation marks.
constexpr std::array kIgnorable{
    Range{0x34f, 0x34f},     Range{0x115f, 0x1160},   Range{0x17b4, 0x17b5},   Range{0x180b, 0x180f},
    Range{0x3164, 0x3164},   Range{0xfe00, 0xfe0f},   Range{0xffa0, 0xffa0},   Range{0xfff0, 0xfffb},
    Range{0x1bca0, 0x1bca3}, Range{0x1d173, 0x1d17a}, Range{0xe0080, 0xe0fff},
};

constexpr std::uint32_t kFirstPrintable = 0xa0;  // behind the second block of control characters

template <class... Values>
void append_format(std::string& to, const char* pattern, Values... values) {
    std::array<char, 12> buffer{};
    std::snprintf(buffer.data(), buffer.size(), pattern, values...);
    to += buffer.data();
}

void append_escape(std::string& to, std::string_view character, Character decoded) {
    if (decoded.bytes != 0 && decoded.code >= kFirstPrintable)
        return append_format(to, decoded.code > 0xffff ? "\\U%08x" : "\\u%04x", unsigned{decoded.code});
    for (const char byte : character) {
        switch (byte) {
            case '\n': to += "\\n"; break;
            case '\r': to += "\\r"; break;
            case '\t': to += "\\t"; break;
            default: append_format(to, "\\x%02x", unsigned{static_cast<unsigned char>(byte)});
        }
    }
}

}  // namespace

bool is_invisible(std::uint32_t code) noexcept {
    return is_treacherous(code) || std::ranges::any_of(kIgnorable, [code](const Range& range) {
               return code >= range.first && code <= range.last;
           });
}

std::string visible(std::string_view text, std::string_view kept, std::string_view doubled) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Character decoded = first_character(text);
        const std::string_view character = text.substr(0, std::max<std::size_t>(decoded.bytes, 1));
        text.remove_prefix(character.size());
        const bool hidden = decoded.bytes == 0 || is_invisible(decoded.code);
        if (hidden && kept.find(character[0]) == std::string_view::npos) {
            append_escape(out, character, decoded);
            continue;
        }
        if (doubled.find(character[0]) != std::string_view::npos) out += character;
        out += character;
    }
    return out;
}

}  // namespace dummycache::text
