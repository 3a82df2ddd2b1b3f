// SPDX-License-Identifier: MIT
// incr and decr: counters.
#include "call.hpp"
#include "commands.hpp"
#include "json.hpp"
#include "parse.hpp"

namespace dummycache::cli {

namespace {

Exit run_step(Call& call, std::int64_t (Cache::*step)(std::string_view, std::int64_t)) {
    const std::int64_t delta = call.arguments.operands.size() < 2 ? 1 : parse_integer(call.operand(1));
    Cache cache = call.open();
    const std::string sum = std::to_string((cache.*step)(call.operand(0), delta));
    if (call.settings.json) {
        call.out.line(JsonObject().bytes("key", call.operand(0)).bytes("value", sum).text());
    } else {
        call.out.line(sum);
    }
    return Exit::done;
}

Exit run_incr(Call& call) { return run_step(call, &Cache::incr); }

Exit run_decr(Call& call) { return run_step(call, &Cache::decr); }

}  // namespace

constinit const Command kIncr{
    .name = "incr",
    .operands = "K [N]",
    .min_operands = 1,
    .max_operands = 2,
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
    .summary = "takes N (default 1) from an integer and prints the rest",
    .details = "The counterpart of incr.\n",
    .example = "dummycache decr tickets 2",
    .run = run_decr,
};

}  // namespace dummycache::cli
