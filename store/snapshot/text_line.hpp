// SPDX-License-Identifier: MIT
// One line of a text snapshot as a structure that cereal's archives write and read.
//
//   {"dummycache":1}
//   {"key":"greeting","value":"hello"}
//   {"key":"hits","value":41,"ttl":12.5}
//   {"key":"user:1","json":{"name":"Ann"},"ttl":3600}
//   {"key":"blob","base64":"AP8=","codec":"pickle"}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dummycache::store::snapshot {

/// Whether JSON allows the character between two others.
[[nodiscard]] constexpr bool is_blank(char letter) noexcept {
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

/// A string of UTF-8.
struct JsonText {
    std::string_view text;
};
/// A string that holds bytes in base64. A writer sets the bytes; a reader gets the base64 text.
struct JsonBase64 {
    std::string_view text;
};
/// A number as it is written.
struct JsonNumber {
    std::string_view digits;
};
/// Any JSON as it is written.
struct JsonRaw {
    std::string_view source;
};

/// The fields in their order. Absent fields are left out.
struct TextLine {
    std::optional<JsonNumber> format;  ///< of a first line, alone in it
    std::optional<JsonText> key;
    std::optional<JsonBase64> key_base64;
    std::optional<JsonText> value;
    std::optional<JsonNumber> number;  ///< "value" with an int64
    std::optional<JsonRaw> json;
    std::optional<JsonBase64> base64;
    std::optional<JsonText> codec;
    std::optional<JsonNumber> ttl;

    /// For cereal.
    template <class Archive>
    void serialize(Archive& archive);
};

/// A field with its name, as cereal::NameValuePair but optional.
template <class Value>
struct Field {
    const char* name;
    std::optional<Value>& value;
};

template <class Value>
Field<Value> field(const char* name, std::optional<Value>& value) {
    return {name, value};
}

template <class Archive>
void TextLine::serialize(Archive& archive) {
    archive(field("dummycache", format), field("key", key), field("key_base64", key_base64));
    archive(field("value", value), field("value", number), field("json", json), field("base64", base64));
    archive(field("codec", codec), field("ttl", ttl));
}

}  // namespace dummycache::store::snapshot
