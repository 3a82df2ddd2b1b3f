// SPDX-License-Identifier: MIT
// JSON objects, a line each, that lose nothing.
#include "tools/cli/format/json.hpp"

#include <dummycache/text.hpp>

#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

std::string base64_string(std::string_view bytes) {
    std::string out = "\"";
    text::append_base64(out, bytes);
    return out + '"';
}

}  // namespace

std::string client_json(const std::optional<Client>& client) {
    if (!client) return "null";
    JsonObject object;
    if (client->is_load)
        object.bytes("loaded_from", client->program);
    else
        object.bytes("program", client->program).bytes("name", client->name);
    return object.number("pid", client->pid).text();
}

std::string seconds_json(const std::optional<std::chrono::milliseconds>& time) {
    return time ? seconds(*time) : "null";
}

JsonObject& add_fate(JsonObject& object, const Explanation& known) {
    const Written written = known.written.value_or(Written{});
    object.bytes("fate", name_of(known.fate)).field("ago", seconds_json(known.ago));
    object.field("by", client_json(known.by)).field("age", seconds_json(written.ago));
    return object.field("writer", client_json(written.by));
}

JsonObject entry_object(std::string_view key, const Entry& entry, const Written& written) {
    JsonObject object;
    object.bytes("key", key).value(entry.value).bytes("codec", name_of(entry.codec));
    object.number("size", entry.value.size()).number("stored_size", entry.stored_bytes).ttl("ttl", entry.ttl);
    object.number("id", entry.id).field("age", seconds_json(written.ago));
    return object.field("writer", client_json(written.by));
}

JsonObject process_object(const AttachedProcess& process) {
    JsonObject object;
    object.number("slot", process.slot).number("pid", process.pid).bytes("name", process.name);
    return object.boolean("alive", process.alive);
}

std::string json_string(std::string_view utf8) {
    std::string out;
    text::append_json_string(out, utf8);
    return out;
}

JsonObject& JsonObject::field(std::string_view name, std::string_view json) {
    if (text_.size() > 1) text_ += ',';
    text_.append("\"").append(name).append("\":").append(json);
    return *this;
}

JsonObject& JsonObject::bytes(std::string_view name, std::string_view value) {
    if (is_utf8(value)) return field(name, json_string(value));
    return field(std::string(name) + "_base64", base64_string(value));
}

JsonObject& JsonObject::value(std::string_view value) {
    if (is_utf8(value)) return field("value", json_string(value));
    return field("base64", base64_string(value));
}

JsonObject& JsonObject::ttl(std::string_view name, std::chrono::microseconds value) {
    return field(name, value == kForever ? "null" : seconds(value));
}

}  // namespace dummycache::cli
