// SPDX-License-Identifier: MIT
// exists, ttl, touch and persist: whether a key is there, and for how long.
#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"
#include "tools/cli/parse.hpp"
#include "tools/cli/store.hpp"

namespace dummycache::cli {

namespace {

Exit run_exists(Call& call) {
    return with_store(call, Missing::empty, [&](const auto* store) {
        const bool there = store != nullptr && store->contains(call.operand(0));
        if (call.settings.json)
            call.out.line(JsonObject().bytes("key", call.operand(0)).boolean("exists", there).text());
        return done_if(there);
    });
}

Exit write_ttl(Call& call, const std::optional<std::chrono::microseconds>& ttl) {
    if (!ttl) return Exit::no;
    if (call.settings.json) {
        call.out.line(JsonObject().bytes("key", call.operand(0)).ttl("ttl", *ttl).text());
    } else {
        call.out.line(*ttl == kForever ? "forever" : seconds(*ttl));
    }
    return Exit::done;
}

Exit run_ttl(Call& call) {
    return with_store(call, Missing::empty, [&]<class S>(const S* store) {
        if (store == nullptr) return Exit::no;
        const auto ttl = store->ttl(call.operand(0));
        if constexpr (kIsCache<S>) call.note_frozen_clock(*store);
        return write_ttl(call, ttl);
    });
}

Exit run_touch(Call& call) {
    const Timeout timeout = parse_timeout(call.operand(1));
    return with_store(call, Missing::empty, [&]<class S>(S* store) {
        if constexpr (kIsCache<S>) {
            if (store != nullptr) call.note_faked_clock(*store);
        }
        return done_if(store != nullptr && store->touch(call.operand(0), timeout));
    });
}

Exit run_persist(Call& call) {
    return with_store(call, Missing::empty, [&](auto* store) {
        return done_if(store != nullptr && store->persist(call.operand(0)));
    });
}

}  // namespace

constinit const Command kExists{
    .name = "exists",
    .operands = "K",
    .min_operands = 1,
    .max_operands = 1,
    .store = Store::any,
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
    .store = Store::any,
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
    .store = Store::any,
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
    .store = Store::any,
    .summary = "lets a key live for ever",
    .details = "Exit code 1 if the key is not there.\n",
    .example = "dummycache persist greeting",
    .run = run_persist,
};

}  // namespace dummycache::cli
