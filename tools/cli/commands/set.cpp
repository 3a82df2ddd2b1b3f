// SPDX-License-Identifier: MIT
// set, add, replace and append: a value from the command line, a file or standard input.
#include <array>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"
#include "tools/cli/input.hpp"
#include "tools/cli/parse.hpp"
#include "tools/cli/store.hpp"

namespace dummycache::cli {

namespace {

constexpr OptionSpec kTtlOption{"--ttl", "S", "how long the entry lives (default: for ever)"};
constexpr OptionSpec kCodecOption{"--codec", "C",
                                  "how tools read the value: bytes, text, int64, json, cereal, pickle",
                                  "bytes text int64 json cereal pickle"};
constexpr OptionSpec kLiteralOption{"--literal", "", "V is the value, whatever it begins with"};

constexpr std::array kStoreOptions{kTtlOption, kCodecOption, kLiteralOption};
constexpr std::array kAppendOptions{kLiteralOption};

/// What a set is made of. It is read before the cache is opened, so that a mistake in it makes none.
struct NewEntry {
    explicit NewEntry(const Call& call) : timeout(call.ttl_option()) {
        const std::string* name = call.arguments.value("--codec");
        if (name != nullptr) codec = parse_codec(*name);
        if (name != nullptr && is_server(call.settings.cache))
            throw Failure(Exit::usage, "--codec works on local caches only: a server knows none");
        value = read_value(call);
        if (name == nullptr) codec = is_utf8(value) ? Codec::text : Codec::bytes;
    }

    std::string value;
    Timeout timeout;
    Codec codec = Codec::bytes;
};

/// Calls `store_by(store, codec...)`, with the codec where there are codecs.
template <class StoreBy>
Exit run_store(Call& call, Missing missing, StoreBy store_by) {
    const NewEntry entry(call);
    return with_store(call, missing, [&]<class S>(S* store) {
        if (store == nullptr) return Exit::no;
        if constexpr (kIsCache<S>) {
            if (call.arguments.value("--ttl") != nullptr) call.note_faked_clock(*store);
            return done_if(store_by(*store, call.operand(0), entry.value, entry.timeout, entry.codec));
        } else {
            return done_if(store_by(*store, call.operand(0), entry.value, entry.timeout));
        }
    });
}

Exit run_set(Call& call) {
    return run_store(call, Missing::made,
                     [](auto& store, const auto&... entry) { return store.set(entry...); });
}

Exit run_add(Call& call) {
    return run_store(call, Missing::made,
                     [](auto& store, const auto&... entry) { return store.add(entry...); });
}

Exit run_replace(Call& call) {
    return run_store(call, Missing::empty,
                     [](auto& store, const auto&... entry) { return store.replace(entry...); });
}

Exit run_append(Call& call) {
    const std::string suffix = read_value(call);
    return with_store(call, Missing::made, [&](auto* store) {
        const std::size_t size = store->append(call.operand(0), suffix);
        call.out.note_done();
        if (call.settings.json)
            call.out.line(JsonObject().bytes("key", call.operand(0)).number("size", size).text());
        return Exit::done;
    });
}

}  // namespace

constinit const Command kSet{
    .name = "set",
    .operands = "K [V|-|@FILE]",
    .min_operands = 1,
    .max_operands = 2,
    .options = kStoreOptions,
    .store = Store::any,
    .summary = "stores a value under a key, in place of what was there",
    .details =
        "V is the value; without it, or with -, the value is read from standard input, with @FILE\n"
        "from a file. With --literal V may begin with anything. A value that is UTF-8 gets the\n"
        "codec text, any other bytes. A time to live of zero or less stores nothing, deletes what\n"
        "was there and gives exit code 1.\n",
    .example = "dummycache set greeting 'good morning' --ttl 1h",
    .run = run_set,
};

constinit const Command kAdd{
    .name = "add",
    .operands = "K [V|-|@FILE]",
    .min_operands = 1,
    .max_operands = 2,
    .options = kStoreOptions,
    .store = Store::any,
    .summary = "stores a value if the key is not there",
    .details = "Values and options are those of set. Exit code 1 if the key is there; it stays as it is.\n",
    .example = "dummycache add lock:build $$ --ttl 10m && make",
    .run = run_add,
};

constinit const Command kReplace{
    .name = "replace",
    .operands = "K [V|-|@FILE]",
    .min_operands = 1,
    .max_operands = 2,
    .options = kStoreOptions,
    .store = Store::any,
    .summary = "stores a value if the key is there",
    .details = "Values and options are those of set. Exit code 1 if the key is not there.\n",
    .example = "dummycache replace greeting 'good evening'",
    .run = run_replace,
};

constinit const Command kAppend{
    .name = "append",
    .operands = "K [V|-|@FILE]",
    .min_operands = 1,
    .max_operands = 2,
    .options = kAppendOptions,
    .store = Store::any,
    .summary = "adds bytes to the end of a value",
    .details =
        "V is given as to set. A key that is not there counts as empty and lives for ever; one\n"
        "that is keeps its time to live. With --json prints the new size.\n",
    .example = "date | dummycache append log",
    .run = run_append,
};

}  // namespace dummycache::cli
