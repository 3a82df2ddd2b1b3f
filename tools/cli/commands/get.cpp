// SPDX-License-Identifier: MIT
// get and take: a value as it is.
#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/store.hpp"

namespace dummycache::cli {

namespace {

/// The exact bytes; on a terminal a newline follows, so that the prompt has a line of its own.
void write_value(Output& out, std::string_view value) {
    out.write(value);
    if (out.is_terminal()) out.write("\n");
}

Exit write_entry(Call& call, const Cache& cache) {
    const std::optional<Entry> entry = cache.get_entry(call.operand(0));
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

/// Of a server, which knows neither codecs nor ids.
Exit write_entry(Call& call, const KeyValueStore auto& server) {
    const std::optional<std::string> value = server.get(call.operand(0));
    if (!value) return Exit::no;
    if (!call.settings.json) {
        write_value(call.out, *value);
        return Exit::done;
    }
    const auto ttl = server.ttl(call.operand(0));
    if (!ttl) return Exit::no;
    call.out.line(JsonObject().bytes("key", call.operand(0)).bytes("value", *value).ttl("ttl", *ttl).text());
    return Exit::done;
}

Exit run_get(Call& call) {
    return with_store(call, Missing::empty, [&](const auto* store) {
        return store == nullptr ? Exit::no : write_entry(call, *store);
    });
}

Exit write_taken(Call& call, const std::optional<std::string>& value) {
    if (!value) return Exit::no;
    if (call.settings.json) {
        call.out.line(JsonObject().bytes("key", call.operand(0)).bytes("value", *value).text());
    } else {
        write_value(call.out, *value);
    }
    return Exit::done;
}

Exit run_take(Call& call) {
    return with_store(call, Missing::empty, [&](auto* store) {
        return store == nullptr ? Exit::no : write_taken(call, store->take(call.operand(0)));
    });
}

}  // namespace

constinit const Command kGet{
    .name = "get",
    .operands = "K",
    .min_operands = 1,
    .max_operands = 1,
    .store = Store::any,
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
    .store = Store::any,
    .summary = "prints the value of a key and deletes the key, as one step",
    .details =
        "Of many processes that take a key, one gets the value. Exit code 1 if the key is not\n"
        "there.\n",
    .example = "dummycache take job:17",
    .run = run_take,
};

}  // namespace dummycache::cli
