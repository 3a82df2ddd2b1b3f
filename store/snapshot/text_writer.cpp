// SPDX-License-Identifier: MIT
#include "store/snapshot/text_writer.hpp"

#include <charconv>

#include "store/snapshot/json_input.hpp"
#include "store/snapshot/json_output.hpp"

namespace dummycache::store::snapshot {

namespace {

constexpr std::size_t kBatchBytes = std::size_t{256} << 10;

/// Whether the text is what std::to_string makes of an int64.
bool is_int64(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && std::to_string(number) == text;
}

/// Writes a value in the one way that is right for it, and returns the codec that this implies (FORMAT.md).
Codec put_value(TextLine& line, std::string_view value, Codec codec) {
    if (codec == Codec::int64 && is_int64(value)) {
        line.number = JsonNumber{value};
        return Codec::int64;
    }
    if (codec == Codec::json && is_embeddable(value)) {
        line.json = JsonRaw{value};
        return Codec::json;
    }
    if (text::is_utf8(value)) {
        line.value = JsonText{value};
    } else {
        line.base64 = JsonBase64{value};
    }
    return Codec::bytes;
}

}  // namespace

void write_text(Output& output, RecordSource& source, const std::function<void()>& after_block) {
    std::string text;
    JsonLineOutputArchive archive(text);
    TextLine first;
    const std::string version = std::to_string(kTextVersion);
    first.format = JsonNumber{version};
    archive.line(first);
    std::string held;
    std::string ttl;
    for (Record record; source.next(record);) {
        TextLine line;
        if (text::is_utf8(record.key)) {
            line.key = JsonText{record.key};
        } else {
            line.key_base64 = JsonBase64{record.key};
        }
        const Codec implied = put_value(line, held_value(source, record, held), record.codec);
        if (record.codec != implied) line.codec = JsonText{name_of(record.codec)};
        if (record.ttl != kForever) {
            ttl = text::seconds(record.ttl);
            line.ttl = JsonNumber{ttl};
        }
        archive.line(line);
        if (text.size() < kBatchBytes) continue;
        output.write(text);
        text.clear();
        after_block();
    }
    output.write(text);
}

}  // namespace dummycache::store::snapshot
