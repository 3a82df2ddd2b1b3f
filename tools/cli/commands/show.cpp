// SPDX-License-Identifier: MIT
// show: an entry for a person.
#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/hexdump.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/pretty_json.hpp"
#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

/// A dump is cut here; more than a few screens are read with other tools.
constexpr std::size_t kMaxDumpBytes = 4096;
/// Of the mark of the type, with which a typed value begins (store/FORMAT.md).
constexpr std::size_t kMarkBytes = 8;
/// With which a pickle says its protocol, from the second one on.
constexpr char kPickleProtocol = '\x80';

/// Text may be of any codec; what is not text has characters that a person cannot read.
bool is_readable(std::string_view value) { return is_utf8(value) && value == printable(value); }

void write_dump(Output& out, std::string_view value) {
    out.write(hexdump(value.substr(0, kMaxDumpBytes), out.width()));
    if (value.size() > kMaxDumpBytes) {
        out.line(
            out.dim("... and " + human_size(value.size() - kMaxDumpBytes) + " more; get prints all of it"));
    }
}

/// What can be told of bytes that only a program can read.
std::string description_of(const Entry& entry) {
    const std::string& value = entry.value;
    std::string text(name_of(entry.codec));
    if (entry.codec == Codec::pickle && value.size() > 1 && value[0] == kPickleProtocol)
        text += ", protocol " + std::to_string(static_cast<unsigned char>(value[1]));
    if (entry.codec == Codec::cereal && value.size() >= kMarkBytes)
        text += ", type mark " + hex(std::string_view(value).substr(0, kMarkBytes));
    return text + ", " + human_size(value.size());
}

void write_text(Output& out, std::string_view value) {
    const std::string text = printable(value);
    out.write(text);
    if (!text.ends_with('\n')) out.write("\n");
}

void write_value(Output& out, const Entry& entry) {
    if (entry.codec == Codec::cereal || entry.codec == Codec::pickle) {
        out.line(description_of(entry));
        write_dump(out, entry.value);
    } else if (entry.codec == Codec::json) {
        write_text(out, pretty_json(entry.value).value_or(entry.value));
    } else if (entry.codec == Codec::text || entry.codec == Codec::int64 || is_readable(entry.value)) {
        write_text(out, entry.value);
    } else {
        write_dump(out, entry.value);
    }
}

void write_entry(Output& out, std::string_view key, const Entry& entry, const Written& written) {
    constexpr std::size_t kWidth = 8;
    out.field("key", kWidth, out.bold(escaped(key)));
    out.field("codec", kWidth, name_of(entry.codec));
    out.field("size", kWidth,
              human_size(entry.value.size()) + ", stored in " + human_size(entry.stored_bytes));
    out.field("ttl", kWidth, human_ttl(entry.ttl));
    out.field("id", kWidth, std::to_string(entry.id));
    out.field(written.verb(), kWidth, written.text());
    out.write("\n");
    write_value(out, entry);
}

Exit run_show(Call& call) {
    const std::string& key = call.operand(0);
    const Cache cache = call.attach();
    const std::optional<Entry> entry = cache.peek(key);
    if (!entry) {
        call.note("no key '" + key + "' in the cache '" + call.settings.cache +
                  "': " + why(cache, key).text());
        return Exit::no;
    }
    const Written written = History(cache).written(key, entry->id, entry->writer);
    if (call.settings.json) {
        call.out.line(entry_object(key, *entry, written).text());
    } else {
        write_entry(call.out, key, *entry, written);
    }
    return Exit::done;
}

}  // namespace

constinit const Command kShow{
    .name = "show",
    .group = Group::look,
    .operands = "K",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "prints all that is known of a key",
    .details =
        "Readable values are printed as text, without characters that would change the terminal, and\n"
        "json with white space that makes it readable; others as the first 4KiB in hexadecimal, which\n"
        "of cereal and pickle stand below what is known of them. Exit code 1 if the key is not there; 'why'\n"
        "tells more then.\n",
    .example = "dummycache show greeting",
    .run = run_show,
};

}  // namespace dummycache::cli
