// SPDX-License-Identifier: MIT
// show: an entry for a person.
#include "call.hpp"
#include "commands.hpp"
#include "hexdump.hpp"
#include "json.hpp"
#include "text.hpp"

namespace dummycache::cli {

namespace {

/// A dump is cut here; more than a few screens are read with other tools.
constexpr std::size_t kMaxDumpBytes = 4096;

void write_field(Output& out, std::string_view name, std::string_view value) {
    constexpr std::size_t width = 8;
    out.line(out.dim(std::string(name) + std::string(width - name.size(), ' ')) + std::string(value));
}

/// Text may be of any codec; what is not text has characters that a person cannot read.
bool is_readable(const Entry& entry) {
    return entry.codec != Codec::cereal && entry.codec != Codec::pickle && is_utf8(entry.value) &&
           entry.value == printable(entry.value);
}

void write_dump(Output& out, std::string_view value) {
    out.write(hexdump(value.substr(0, kMaxDumpBytes), out.width()));
    if (value.size() > kMaxDumpBytes) {
        out.line(
            out.dim("... and " + human_size(value.size() - kMaxDumpBytes) + " more; get prints all of it"));
    }
}

void write_value(Output& out, const Entry& entry) {
    const bool text = entry.codec == Codec::text || entry.codec == Codec::json || entry.codec == Codec::int64;
    if (entry.codec == Codec::cereal || entry.codec == Codec::pickle) {
        out.line(std::string(name_of(entry.codec)) + ", " + human_size(entry.value.size()) +
                 "; get prints the bytes");
    } else if (text || is_readable(entry)) {
        const std::string value = printable(entry.value);
        out.write(value);
        if (!value.ends_with('\n')) out.write("\n");
    } else {
        write_dump(out, entry.value);
    }
}

void write_entry(Output& out, std::string_view key, const Entry& entry) {
    write_field(out, "key", out.bold(escaped(key)));
    write_field(out, "codec", name_of(entry.codec));
    write_field(out, "size",
                human_size(entry.value.size()) + ", stored in " + human_size(entry.stored_bytes));
    write_field(out, "ttl", human_ttl(entry.ttl));
    write_field(out, "id", std::to_string(entry.id));
    write_field(out, "writer", "process slot " + std::to_string(entry.writer));
    out.write("\n");
    write_value(out, entry);
}

void write_json(Output& out, std::string_view key, const Entry& entry) {
    JsonObject object;
    object.bytes("key", key).bytes("value", entry.value).bytes("codec", name_of(entry.codec));
    object.number("size", entry.value.size()).number("stored_size", entry.stored_bytes).ttl("ttl", entry.ttl);
    object.number("id", entry.id).number("writer", entry.writer);
    out.line(object.text());
}

Exit run_show(Call& call) {
    const std::string& key = call.operand(0);
    const std::optional<Entry> entry = call.attach().peek(key);
    if (!entry) {
        call.note("no key '" + key + "' in the cache '" + call.settings.cache + "'");
        return Exit::no;
    }
    if (call.settings.json) {
        write_json(call.out, key, *entry);
    } else {
        write_entry(call.out, key, *entry);
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
        "Readable values are printed as text, without characters that would change the terminal;\n"
        "others as the first 4KiB in hexadecimal; of cereal and pickle only the size. Exit code 1\n"
        "if the key is not there.\n",
    .example = "dummycache show greeting",
    .run = run_show,
};

}  // namespace dummycache::cli
