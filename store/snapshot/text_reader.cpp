// SPDX-License-Identifier: MIT
#include "store/snapshot/text_reader.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "dummycache/limits.hpp"
#include "dummycache/text.hpp"
#include "store/snapshot/failure.hpp"
#include "store/snapshot/text_writer.hpp"

namespace dummycache::store::snapshot {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Characters before byte `at`; what is no UTF-8 counts by bytes.
std::size_t characters_before(std::string_view text, std::size_t at) noexcept {
    std::size_t count = 0;
    for (std::size_t i = 0; i < at && i < text.size(); ++count)
        i += std::max<std::size_t>(text::first_character(text.substr(i)).bytes, 1);
    return count;
}

}  // namespace

void TextReader::fail(std::string_view text, std::uint64_t number, std::size_t at,
                      const std::string& why) const {
    throw_bad(fmt::format("{}:{}:{}", name_, number, characters_before(text, at) + 1), why);
}

bool TextReader::read(std::string_view text, std::uint64_t number, Record& record) {
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    if (std::ranges::all_of(text, is_blank)) return false;
    if (number == 1 && text.starts_with(kByteOrderMark))
        fail(text, 1, 0, "a byte order mark; save the file as UTF-8 without one");
    TextLine line;
    const JsonProblem problem = archive_.line(text, line);
    if (!problem.what.empty()) fail(text, number, problem.at, problem.what);
    if (line.format) {
        read_format(text, number, line);
        return false;
    }
    read_key(text, number, line, record);
    read_value(text, number, line, record);
    record.ttl = kForever;
    if (line.ttl) {
        const auto ttl = text::seconds_from(line.ttl->digits);
        if (!ttl || ttl->count() == 0 || *ttl > kMostTtl) {
            fail(text, number, archive_.place_of("ttl"),
                 "a ttl is the remaining time in seconds, above 0, with at most six decimals, such as 90 or "
                 "0.5; "
                 "an entry that lives for ever has none");
        }
        record.ttl = *ttl;
    }
    return true;
}

void TextReader::read_format(std::string_view text, std::uint64_t number, const TextLine& line) {
    const std::size_t at = archive_.place_of("dummycache");
    if (line.key || line.key_base64 || line.value || line.number || line.json || line.base64 || line.codec ||
        line.ttl)
        fail(text, number, at, "the field 'dummycache' stands alone in the first line");
    if (has_format_ || number != 1)
        fail(text, number, at, "the format is not said in the first line, or twice");
    if (line.format->digits != std::to_string(kTextVersion)) {
        fail(text, number, at,
             fmt::format(
                 "a snapshot of format {:.20}, and this program reads format {}; use a later dummycache",
                 line.format->digits, kTextVersion));
    }
    has_format_ = true;
}

std::string_view TextReader::decode(std::string_view text, std::uint64_t number, const char* field,
                                    const JsonBase64& value, std::string& buffer) const {
    auto bytes = text::from_base64(value.text);
    if (!bytes) fail(text, number, archive_.place_of(field), "this is no base64 with padding");
    buffer = *std::move(bytes);
    return buffer;
}

void TextReader::read_key(std::string_view text, std::uint64_t number, const TextLine& line, Record& record) {
    if (line.key && line.key_base64)
        fail(text, number, archive_.place_of("key_base64"), "there are two keys");
    if (!line.key && !line.key_base64) fail(text, number, 0, "the field 'key' is missing");
    record.key = line.key ? line.key->text : decode(text, number, "key_base64", *line.key_base64, key_);
    if (record.key.empty() || record.key.size() > kMaxKeyBytes) {
        fail(text, number, archive_.place_of(line.key ? "key" : "key_base64"),
             fmt::format("a key of {} bytes is not between 1 and {} bytes", record.key.size(), kMaxKeyBytes));
    }
}

void TextReader::read_value(std::string_view text, std::uint64_t number, const TextLine& line,
                            Record& record) {
    const int values =
        line.value.has_value() + line.number.has_value() + line.json.has_value() + line.base64.has_value();
    if (values != 1) {
        fail(text, number, 0,
             values == 0 ? "a value is missing: value, json or base64" : "there is more than one value");
    }
    record.codec = line.number ? Codec::int64 : line.json ? Codec::json : Codec::bytes;
    if (line.value) record.value = line.value->text;
    if (line.json) record.value = line.json->source;
    if (line.base64) record.value = decode(text, number, "base64", *line.base64, value_);
    if (line.number) {
        record.value = line.number->digits;
        std::int64_t parsed = 0;
        const auto [end, error] =
            std::from_chars(record.value.data(), record.value.data() + record.value.size(), parsed);
        if (error != std::errc{} || std::to_string(parsed) != record.value) {
            fail(text, number, archive_.place_of("value"),
                 "a value that is a number is an int64 in plain digits; put others in quotes, or under json");
        }
    }
    if (line.codec) {
        const auto codec = codec_named(line.codec->text);
        if (!codec) {
            fail(text, number, archive_.place_of("codec"),
                 "an unknown codec; there are bytes, text, int64, json, cereal and pickle");
        }
        record.codec = *codec;
    }
    record.value_bytes = record.value.size();
}

}  // namespace dummycache::store::snapshot
