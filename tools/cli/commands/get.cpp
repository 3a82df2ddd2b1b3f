// SPDX-License-Identifier: MIT
// get and take: a value as it is.
#include <array>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/process/interrupt.hpp"
#include "tools/cli/store.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kGetOptions{
    OptionSpec{"-0,--null", "", "print a NUL after each value"},
};

/// The exact bytes; on a terminal a newline follows, so that the prompt has a line of its own.
void write_value(Output& out, std::string_view value) {
    out.write(value);
    if (out.is_terminal()) out.write("\n");
}

/// Of several, each has its end: a newline, or a NUL.
void write_one(Call& call, std::string_view value) {
    if (call.arguments.has("--null")) return call.out.write(std::string(value) + '\0');
    if (call.arguments.operands.size() == 1) return write_value(call.out, value);
    call.out.line(value);
}

bool write_entry(Call& call, const Cache& cache, const std::string& key) {
    const std::optional<Entry> entry = cache.get_entry(key);
    if (!entry) return false;
    if (!call.settings.json) {
        write_one(call, entry->value);
        return true;
    }
    JsonObject object;
    object.bytes("key", key).value(entry->value);
    object.bytes("codec", name_of(entry->codec)).ttl("ttl", entry->ttl).number("id", entry->id);
    call.out.line(object.text());
    return true;
}

/// Of a server, which knows neither codecs nor ids.
bool write_entry(Call& call, const KeyValueStore auto& server, const std::string& key) {
    const std::optional<std::string> value = server.get(key);
    if (!value) return false;
    if (!call.settings.json) {
        write_one(call, *value);
        return true;
    }
    const auto ttl = server.ttl(key);
    if (!ttl) return false;
    call.out.line(JsonObject().bytes("key", key).value(*value).ttl("ttl", *ttl).text());
    return true;
}

Exit run_get(Call& call) {
    return with_store(call, Missing::empty, [&](const auto* store) {
        bool all = true;
        for (const std::string& key : call.arguments.operands) {
            if (store != nullptr && write_entry(call, *store, key)) continue;
            all = false;
            // Of several it has to be said which.
            if (call.arguments.operands.size() > 1) call.note("get: there is no key '" + key + "'");
        }
        return done_if(all);
    });
}

/// What is to be known of an entry to store it again.
struct EntryKind {
    Timeout timeout;
    Codec codec = Codec::bytes;
};

Timeout timeout_of(std::chrono::microseconds ttl) {
    return ttl == kForever ? Timeout::forever() : Timeout(ttl);
}

EntryKind kind_of(const Cache& cache, const std::string& key) {
    const std::optional<Entry> entry = cache.peek(key);
    return entry ? EntryKind{timeout_of(entry->ttl), entry->codec} : EntryKind{};
}

/// Of a server, which knows no codecs.
EntryKind kind_of(const KeyValueStore auto& server, const std::string& key) {
    const auto ttl = server.ttl(key);
    return EntryKind{ttl ? timeout_of(*ttl) : Timeout::forever()};
}

bool put_back(Cache& cache, const std::string& key, const std::string& value, const EntryKind& kind) {
    return cache.add(key, value, kind.timeout, kind.codec);
}

bool put_back(KeyValueStore auto& server, const std::string& key, const std::string& value,
              const EntryKind& kind) {
    return server.add(key, value, kind.timeout);
}

void deliver(Call& call, const std::string& value) {
    if (call.settings.json) {
        call.out.line(JsonObject().bytes("key", call.operand(0)).value(value).text());
    } else {
        write_value(call.out, value);
    }
    call.out.flush();
}

/// A value that nobody got goes back under its key.
template <class Store>
Exit take_from(Call& call, Store& store) {
    const std::string& key = call.operand(0);
    const EntryKind kind = kind_of(store, key);
    const std::optional<std::string> value = store.take(key);
    if (!value) return Exit::no;
    std::string why = "nobody reads standard output";
    try {
        deliver(call, *value);
        return Exit::done;
    } catch (const Failure& failure) {
        why = failure.what();
    } catch (const ClosedPipe&) {
    } catch (const Interrupted&) {
        put_back(store, key, *value, kind);
        throw;
    }
    const bool is_back = put_back(store, key, *value, kind);
    throw Failure(Exit::refused, "take: " + why +
                                     (is_back ? "; the value is back under its key"
                                              : "; the key has a new value, and the old one is lost"));
}

Exit run_take(Call& call) {
    return with_store(call, Missing::empty,
                      [&](auto* store) { return store == nullptr ? Exit::no : take_from(call, *store); });
}

}  // namespace

constinit const Command kGet{
    .name = "get",
    .operands = "K...",
    .min_operands = 1,
    .max_operands = kAnyNumber,
    .options = kGetOptions,
    .store = Store::any,
    .summary = "prints the value of a key, or of several",
    .details =
        "Writes the exact bytes, and a newline after them only on a terminal. After each value of several\n"
        "keys comes a newline. Exit code 1 if a key is not there; of several, the others are printed.\n"
        "load takes what --json prints.\n",
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
        "Of many processes that take a key, one gets the value. A value that cannot be written goes\n"
        "back under its key, exit code 4. Exit code 1 if the key is not there.\n",
    .example = "dummycache take job:17",
    .run = run_take,
};

}  // namespace dummycache::cli
