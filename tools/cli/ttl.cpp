// SPDX-License-Identifier: MIT
// exists, ttl, touch and persist: whether a key is there, and for how long.
#include "call.hpp"
#include "commands.hpp"
#include "json.hpp"
#include "parse.hpp"
#include "text.hpp"

namespace dummycache::cli {

namespace {

Exit run_exists(Call& call) {
    const std::optional<Cache> cache = call.find();
    const bool there = cache && cache->contains(call.operand(0));
    if (call.settings.json) {
        call.out.line(JsonObject().bytes("key", call.operand(0)).boolean("exists", there).text());
    }
    return done_if(there);
}

Exit run_ttl(Call& call) {
    const std::optional<Cache> cache = call.find();
    const auto ttl = cache ? cache->ttl(call.operand(0)) : std::nullopt;
    if (cache) call.note_frozen_clock(*cache);
    if (!ttl) return Exit::no;
    if (call.settings.json) {
        call.out.line(JsonObject().bytes("key", call.operand(0)).ttl("ttl", *ttl).text());
    } else {
        call.out.line(*ttl == kForever ? "forever" : seconds(*ttl));
    }
    return Exit::done;
}

Exit run_touch(Call& call) {
    const Timeout timeout = parse_timeout(call.operand(1));
    std::optional<Cache> cache = call.find();
    return done_if(cache && cache->touch(call.operand(0), timeout));
}

Exit run_persist(Call& call) {
    std::optional<Cache> cache = call.find();
    return done_if(cache && cache->persist(call.operand(0)));
}

}  // namespace

constinit const Command kExists{
    .name = "exists",
    .operands = "K",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "says by its exit code whether a key is there",
    .details = "Exit code 0 if it is, 1 if it is not. Prints nothing without --json.\n",
    .example = "dummycache exists greeting || echo 'nobody here'",
    .run = run_exists,
};

constinit const Command kTtl{
    .name = "ttl",
    .operands = "K",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "prints how many seconds a key has left, or forever",
    .details = "Exit code 1 if the key is not there.\n",
    .example = "dummycache ttl greeting",
    .run = run_ttl,
};

constinit const Command kTouch{
    .name = "touch",
    .operands = "K S",
    .min_operands = 2,
    .max_operands = 2,
    .summary = "gives a key a new time to live, from now on",
    .details = "Exit code 1 if the key is not there. A time to live of zero or less deletes it.\n",
    .example = "dummycache touch greeting 30m",
    .run = run_touch,
};

constinit const Command kPersist{
    .name = "persist",
    .operands = "K",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "lets a key live for ever",
    .details = "Exit code 1 if the key is not there.\n",
    .example = "dummycache persist greeting",
    .run = run_persist,
};

}  // namespace dummycache::cli
