// SPDX-License-Identifier: MIT
// JSON strings. Written by hand because their bytes are a promise: the same state gives the same dump. Each
// library chooses for itself which characters it escapes.
#include "dummycache/text.hpp"

#include <array>
#include <cstdio>

namespace dummycache::text {

namespace {

/// Whether an ASCII character stands for itself.
constexpr std::array<bool, 256> kPlain = [] {
    std::array<bool, 256> plain{};
    for (unsigned i = 0x20; i < 0x7f; ++i) plain[i] = i != '"' && i != '\\';
    return plain;
}();

void append_unit(std::string& to, std::uint32_t unit) {
    std::array<char, 8> escape{};
    std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(unit & 0xffff));
    to += escape.data();
}

void append_escape(std::string& to, std::uint32_t code) {
    switch (code) {
        case '"': to += "\\\""; return;
        case '\\': to += "\\\\"; return;
        case '\b': to += "\\b"; return;
        case '\f': to += "\\f"; return;
        case '\n': to += "\\n"; return;
        case '\r': to += "\\r"; return;
        case '\t': to += "\\t"; return;
        default: break;
    }
    if (code < 0x10000) return append_unit(to, code);
    append_unit(to, 0xd800 + ((code - 0x10000) >> 10));
    append_unit(to, 0xdc00 + ((code - 0x10000) & 0x3ff));
}

}  // namespace

void append_json_string(std::string& to, std::string_view utf8) {
    to += '"';
    while (!utf8.empty()) {
        std::size_t plain = 0;
        while (plain < utf8.size() && kPlain[static_cast<unsigned char>(utf8[plain])]) ++plain;
        to += utf8.substr(0, plain);
        utf8.remove_prefix(plain);
        if (utf8.empty()) break;
        const Character character = first_character(utf8);
        if (character.code == '"' || character.code == '\\' || is_treacherous(character.code)) {
            append_escape(to, character.code);
        } else {
            to += utf8.substr(0, character.bytes);
        }
        utf8.remove_prefix(character.bytes);
    }
    to += '"';
}

}  // namespace dummycache::text
