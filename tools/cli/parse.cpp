// SPDX-License-Identifier: MIT
// Arguments that are more than a string. Each function throws Failure with Exit::usage.
#include "tools/cli/parse.hpp"

#include <charconv>
#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>

#include <dummycache/text.hpp>

#include "tools/cli/names.hpp"
#include "tools/cli/process/exit_code.hpp"

namespace dummycache::cli {

namespace {

/// A thousand years; a clock cannot be further off.
constexpr double kMostSeconds = 1000.0 * 365.25 * 86'400.0;

[[noreturn]] void refuse(std::string_view text, std::string_view what) {
    throw Failure(Exit::usage, "'" + std::string(text) + "' is not " + std::string(what));
}

/// The one of `values` that has the name.
template <class Value>
Value named(std::string_view name, std::initializer_list<Value> values, std::string_view what) {
    for (const Value value : values) {
        if (name_of(value) == name) return value;
    }
    refuse(name, what);
}

constexpr const char* kTimeUnits = "give seconds, or a number with us, ms, s, m (minutes), h, d or w";

/// 0 to a thousand years, as the text says `what` is to be.
std::chrono::duration<double> parse_span(std::string_view text, std::string_view what) {
    const auto time = text::time_from(text);
    if (!time || !(time->count() >= 0)) refuse(text, std::string(what) + "; " + kTimeUnits);
    if (!(time->count() < kMostSeconds)) refuse(text, std::string(what) + "; give less than 1,000 years");
    return *time;
}

/// The number that the whole text is. `base` is for an integer.
template <class Number, class... Base>
std::optional<Number> whole(std::string_view text, Base... base) {
    Number value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base...);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// 1 to `most`, as the text said it.
std::uint64_t counted(std::optional<std::uint64_t> count, std::string_view text, std::string_view option,
                      std::uint64_t most) {
    if (!count || *count == 0 || *count > most)
        refuse(text,
               "a number from 1 to " + std::to_string(most) + ", which " + std::string(option) + " takes");
    return *count;
}

}  // namespace

Timeout parse_timeout(std::string_view text) {
    if (text == "forever") return Timeout::forever();
    const auto time = text::time_from(text);
    if (!time) refuse(text, std::string("a time to live; ") + kTimeUnits + ", or forever");
    return *time;
}

std::uint64_t parse_size(std::string_view text) {
    const auto bytes = text::size_from(text);
    if (!bytes)
        refuse(text,
               "a size; give bytes, or a number with K, M, G or T, such as 64M or 64MB (powers of 1024)");
    return *bytes;
}

std::int64_t parse_integer(std::string_view text) {
    std::string_view digits = text;
    if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
    const auto value = whole<std::int64_t>(digits, 10);
    if (!value) refuse(text, "an integer of 64 bits; give a whole number");
    return *value;
}

std::uint64_t parse_count(std::string_view text, std::string_view option, std::uint64_t most) {
    return counted(whole<std::uint64_t>(text, 10), text, option, most);
}

std::uint64_t parse_bytes(std::string_view text, std::string_view option, std::uint64_t most) {
    return counted(text::size_from(text), text, option, most);
}

unsigned parse_mode(std::string_view text) {
    constexpr unsigned all = 0777;
    const auto mode = whole<unsigned>(text, 8);
    if (!mode || *mode > all) refuse(text, "a file mode; give three octal digits, such as 640");
    return *mode;
}

Codec parse_codec(std::string_view text) {
    if (const auto codec = codec_named(text)) return *codec;
    refuse(text, "a codec; give bytes, text, int64, json, cereal or pickle");
}

WhenFull parse_when_full(std::string_view text) {
    return named(text, {WhenFull::evict, WhenFull::refuse}, "a way to be full; give evict or refuse");
}

SnapshotFormat parse_snapshot_format(std::string_view text) {
    return named(text, {SnapshotFormat::text, SnapshotFormat::binary},
                 "a format of snapshots; give jsonl or binary");
}

std::string parse_pattern(std::string_view text) {
    if (text.empty())
        refuse(text, "a pattern; leave --match out for every key, or give one such as 'user:*'");
    return std::string(text);
}

TtlRule parse_ttl_rule(std::string_view text) {
    constexpr std::string_view scale = "scale=";
    if (text == "keep") return TtlRule::keep();
    if (text == "drop") return TtlRule::drop();
    const bool scales = text.starts_with(scale);
    const auto factor = whole<double>(text.substr(scales ? scale.size() : 0));
    if (!scales || !factor)
        refuse(text, "a rule for remaining times; give keep, drop, or scale=N with a number above 0");
    return TtlRule::scale(*factor);
}

std::chrono::microseconds parse_slack(std::string_view text) {
    return std::chrono::ceil<std::chrono::microseconds>(parse_span(text, "a slack"));
}

std::chrono::microseconds parse_age(std::string_view text) {
    return std::chrono::ceil<std::chrono::microseconds>(parse_span(text, "an age"));
}

std::chrono::milliseconds parse_patience(std::string_view text) {
    return std::chrono::ceil<std::chrono::milliseconds>(
        parse_span(text, "a timeout (0 or more, or forever)"));
}

std::chrono::microseconds parse_step(std::string_view text) {
    return std::chrono::ceil<std::chrono::microseconds>(
        parse_span(text, "a step forward (set, with --force, goes back)"));
}

std::chrono::microseconds parse_instant(std::string_view text) {
    return std::chrono::round<std::chrono::microseconds>(
        parse_span(text, "a time of the clock, as 'clock show' prints it"));
}

}  // namespace dummycache::cli
