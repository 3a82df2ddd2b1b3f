// SPDX-License-Identifier: MIT
// JSON objects, a line each, that lose nothing.
#include "tools/cli/format/json.hpp"

#include <array>
#include <cstdio>

#include <dummycache/entry.hpp>

#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t j = i; j < i + 3; ++j) {
            group = group << 8 | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0U);
        }
        for (int shift = 18; shift >= 0; shift -= 6) out += digits[group >> shift & 63];
    }
    const std::size_t padding = (3 - bytes.size() % 3) % 3;
    out.replace(out.size() - padding, padding, padding, '=');
    return out;
}

void append_unicode_escape(std::string& out, unsigned code) {
    std::array<char, 8> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "\\u%04x", code);
    out += buffer.data();
}

void append_character(std::string& out, std::string_view character) {
    switch (character[0]) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    // A control character of two bytes is U+0080 and its second byte's low bits.
    if (is_control(character, character.size())) {
        append_unicode_escape(out, static_cast<unsigned char>(character.back()));
    } else {
        out += character;
    }
}

}  // namespace

JsonObject process_object(const AttachedProcess& process) {
    JsonObject object;
    object.number("slot", process.slot).number("pid", process.pid).bytes("name", process.name);
    return object.boolean("alive", process.alive);
}

std::string json_string(std::string_view utf8) {
    std::string out = "\"";
    out.reserve(utf8.size() + 2);
    while (!utf8.empty()) {
        const std::string_view character = utf8.substr(0, utf8_length(utf8));
        append_character(out, character);
        utf8.remove_prefix(character.size());
    }
    out += '"';
    return out;
}

JsonObject& JsonObject::field(std::string_view name, std::string_view json) {
    if (text_.size() > 1) text_ += ',';
    text_.append("\"").append(name).append("\":").append(json);
    return *this;
}

JsonObject& JsonObject::bytes(std::string_view name, std::string_view value) {
    if (is_utf8(value)) return field(name, json_string(value));
    return field(std::string(name) + "_base64", '"' + base64(value) + '"');
}

JsonObject& JsonObject::ttl(std::string_view name, std::chrono::microseconds value) {
    return field(name, value == kForever ? "null" : seconds(value));
}

}  // namespace dummycache::cli
