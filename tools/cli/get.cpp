// SPDX-License-Identifier: MIT
// get and take: a value as it is.
#include "call.hpp"
#include "commands.hpp"
#include "json.hpp"

namespace dummycache::cli {

namespace {

/// The exact bytes; on a terminal a newline follows, so that the prompt has a line of its own.
void write_value(Output& out, std::string_view value) {
    out.write(value);
    if (out.is_terminal()) out.write("\n");
}

Exit run_get(Call& call) {
    const std::optional<Cache> cache = call.find();
    const std::optional<Entry> entry = cache ? cache->get_entry(call.operand(0)) : std::nullopt;
    if (!entry) return Exit::no;
    if (!call.settings.json) {
        write_value(call.out, entry->value);
        return Exit::done;
    }
    JsonObject object;
    object.bytes("key", call.operand(0)).bytes("value", entry->value);
    object.bytes("codec", name_of(entry->codec)).ttl("ttl", entry->ttl).number("id", entry->id);
    call.out.line(object.text());
    return Exit::done;
}

Exit run_take(Call& call) {
    std::optional<Cache> cache = call.find();
    const std::optional<std::string> value = cache ? cache->take(call.operand(0)) : std::nullopt;
    if (!value) return Exit::no;
    if (call.settings.json) {
        call.out.line(JsonObject().bytes("key", call.operand(0)).bytes("value", *value).text());
    } else {
        write_value(call.out, *value);
    }
    return Exit::done;
}

}  // namespace

constinit const Command kGet{
    .name = "get",
    .operands = "K",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "prints the value of a key",
    .details =
        "Writes the exact bytes, and a newline after them only on a terminal. Exit code 1 if the\n"
        "key is not there.\n",
    .example = "dummycache get greeting",
    .run = run_get,
};

constinit const Command kTake{
    .name = "take",
    .operands = "K",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "prints the value of a key and deletes the key, as one step",
    .details =
        "Of many processes that take a key, one gets the value. Exit code 1 if the key is not\n"
        "there.\n",
    .example = "dummycache take job:17",
    .run = run_take,
};

}  // namespace dummycache::cli
