// SPDX-License-Identifier: MIT
// incr and decr: counters.
#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/parse.hpp"
#include "tools/cli/store.hpp"

namespace dummycache::cli {

namespace {

/// `step(store, key, delta)` gives the sum.
template <class Step>
Exit run_step(Call& call, Step step) {
    const std::int64_t delta = call.arguments.operands.size() < 2 ? 1 : parse_integer(call.operand(1));
    std::string sum;
    with_store(call, Missing::made, [&](auto* store) {
        sum = std::to_string(step(*store, call.operand(0), delta));
        call.out.note_done();
        return Exit::done;
    });
    if (call.settings.json) {
        call.out.line(JsonObject().bytes("key", call.operand(0)).value(sum).text());
    } else {
        call.out.line(sum);
    }
    return Exit::done;
}

Exit run_incr(Call& call) {
    return run_step(
        call, [](auto& store, const std::string& key, std::int64_t delta) { return store.incr(key, delta); });
}

Exit run_decr(Call& call) {
    return run_step(
        call, [](auto& store, const std::string& key, std::int64_t delta) { return store.decr(key, delta); });
}

}  // namespace

constinit const Command kIncr{
    .name = "incr",
    .operands = "K [N]",
    .min_operands = 1,
    .max_operands = 2,
    .store = Store::any,
    .summary = "adds N (default 1) to an integer and prints the sum",
    .details =
        "A key that is not there counts as 0 and lives for ever; one that is keeps its time to\n"
        "live. N may be negative. Exit code 4 if the value is no integer of 64 bits, or if the sum\n"
        "would be none.\n",
    .example = "dummycache incr visits",
    .run = run_incr,
};

constinit const Command kDecr{
    .name = "decr",
    .operands = "K [N]",
    .min_operands = 1,
    .max_operands = 2,
    .store = Store::any,
    .summary = "takes N (default 1) from an integer and prints the rest",
    .details = "The counterpart of incr.\n",
    .example = "dummycache decr tickets 2",
    .run = run_decr,
};

}  // namespace dummycache::cli
