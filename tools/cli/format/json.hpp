// SPDX-License-Identifier: MIT
// JSON objects, a line each, that lose nothing. Written by hand: the bytes are a promise to scripts.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <dummycache/entry.hpp>
#include <dummycache/history.hpp>
#include <dummycache/stats.hpp>

namespace dummycache::cli {

/// Builds one object field by field. Field names are the program's own and are not escaped.
class JsonObject {
public:
    /// Bytes that are UTF-8 as the string NAME, any others in base64 as the string NAME_base64.
    JsonObject& bytes(std::string_view name, std::string_view value);
    /// The value of an entry, in the words of a text snapshot: the string "value", or "base64" if it is not UTF-8.
    JsonObject& value(std::string_view value);
    JsonObject& number(std::string_view name, std::integral auto value) {
        return field(name, std::to_string(value));
    }
    JsonObject& boolean(std::string_view name, bool value) { return field(name, value ? "true" : "false"); }
    /// Seconds as a number, or null for kForever.
    JsonObject& ttl(std::string_view name, std::chrono::microseconds value);
    /// A value that is JSON already.
    JsonObject& field(std::string_view name, std::string_view json);

    [[nodiscard]] std::string text() const { return text_ + "}"; }

private:
    std::string text_ = "{";
};

/// An array; `text` makes JSON of an item.
template <class Items, class Text>
[[nodiscard]] std::string json_list(const Items& items, Text text) {
    std::string list;
    for (const auto& item : items) {
        if (!list.empty()) list += ',';
        list += text(item);
    }
    return '[' + list + ']';
}

/// {"program":...,"name":...,"pid":...}, of a load {"loaded_from":...,"pid":...}; null if it is not known.
[[nodiscard]] std::string client_json(const std::optional<Client>& client);
/// Seconds, or null.
[[nodiscard]] std::string seconds_json(const std::optional<std::chrono::milliseconds>& time);

/// Adds what became of a key, and who did it: fate, ago, by, age, writer.
JsonObject& add_fate(JsonObject& object, const Explanation& known);

/// All that is known of an entry; load takes it.
[[nodiscard]] JsonObject entry_object(std::string_view key, const Entry& entry, const Written& written);

/// What tells one attached process from the others.
[[nodiscard]] JsonObject process_object(const AttachedProcess& process);

/// A JSON string; `utf8` has to be UTF-8.
[[nodiscard]] std::string json_string(std::string_view utf8);

}  // namespace dummycache::cli
