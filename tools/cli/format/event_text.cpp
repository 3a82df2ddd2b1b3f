// SPDX-License-Identifier: MIT
#include "tools/cli/format/event_text.hpp"

#include <array>
#include <chrono>
#include <ctime>

#include <fmt/format.h>

#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

std::int64_t microseconds_of(const Event& event) {
    return std::chrono::duration_cast<std::chrono::microseconds>(event.at.time_since_epoch()).count();
}

std::string time_of_day(const Event& event) {
    constexpr std::int64_t kSecond = 1'000'000;
    const std::int64_t us = microseconds_of(event);
    const auto seconds = static_cast<std::time_t>(us / kSecond);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    return fmt::format("{:02}:{:02}:{:02}.{:06}", parts.tm_hour, parts.tm_min, parts.tm_sec, us % kSecond);
}

/// The key, or what is known of it.
std::string key_text(const Event& event) {
    if (event.key.empty()) return fmt::format("(key {:016x})", event.key_hash);
    std::string text = escaped(event.key);
    if (event.key_bytes > event.key.size()) text += fmt::format("... ({} bytes)", event.key_bytes);
    return text;
}

/// Whether the event tells the size of a value.
bool has_size(const Event& event) {
    if (event.outcome == "evicted") return true;
    if (event.outcome == "hit") return event.call == "get" || event.call == "contains";
    const bool gives_size =
        event.call != "touch" && event.call != "persist" && event.call != "incr" && event.call != "decr";
    return event.outcome == "stored" && gives_size;
}

std::string styled_outcome(const Output& out, const Event& event) {
    const std::string text = fmt::format("{:<9}", event.outcome);
    if (event.outcome == "hit" || event.outcome == "stored") return out.green(text);
    if (event.outcome == "miss") return out.yellow(text);
    return out.red(text);
}

}  // namespace

std::string event_line(const Output& out, const Event& event, const std::string& value) {
    std::string line =
        out.dim(time_of_day(event)) + fmt::format("  {:<8} ", event.call) + styled_outcome(out, event);
    if (event.is_of_whole_cache()) {
        if (event.entries != 0)
            line += fmt::format(" {} {}", event.entries, event.entries == 1 ? "entry" : "entries");
    } else {
        line += ' ' + out.bold(key_text(event));
        if (has_size(event)) line += ' ' + human_size(event.value_bytes);
        if (!value.empty()) line += " = " + value;
    }
    if (event.client) line += out.dim("  by " + event.client->text());
    return line;
}

std::string text_without_pid(const Client& client) {
    const std::string text = client.text();
    return text.substr(0, client.is_load ? text.rfind(" by pid ") : text.rfind(' '));
}

std::string event_json(const Event& event, const std::optional<std::string>& value) {
    JsonObject object;
    const std::int64_t us = microseconds_of(event);
    object.field("time", fmt::format("{}.{:06}", us / 1'000'000, us % 1'000'000));
    object.bytes("call", event.call).bytes("outcome", event.outcome);
    if (event.is_of_whole_cache()) {
        if (event.call != "rollback") object.number("entries", event.entries);
    } else {
        event.key.empty() ? object.field("key", "null") : object.bytes("key", event.key);
        if (event.key_bytes > event.key.size()) object.boolean("key_cut", true);
        object.number("key_bytes", event.key_bytes);
        object.bytes("key_hash", fmt::format("{:016x}", event.key_hash))
            .number("value_bytes", event.value_bytes);
    }
    if (value) object.bytes("value", *value);
    return object.field("client", client_json(event.client)).text();
}

std::string lost_line(const Output& out, std::uint64_t lost) {
    return out.red(
        fmt::format("-- {} {} lost: nobody read them in time --", lost, lost == 1 ? "event" : "events"));
}

std::string lost_json(std::uint64_t lost) { return JsonObject().number("lost", lost).text(); }

std::string unwatched_line(const Output& out, std::chrono::milliseconds time) {
    return out.red("-- for " + text::time_text(time) + " nothing was noted: this program was stopped --");
}
std::string unwatched_json(std::chrono::milliseconds time) {
    return JsonObject().field("unwatched", seconds(time)).text();
}

}  // namespace dummycache::cli
