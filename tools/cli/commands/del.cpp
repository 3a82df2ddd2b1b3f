// SPDX-License-Identifier: MIT
// del and clear: entries go.
#include <array>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/parse.hpp"
#include "tools/cli/store.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kClearOptions{
    OptionSpec{"--match", "GLOB", "delete only the keys that match"},
};

Exit run_del(Call& call) {
    return with_store(call, Missing::empty, [&](auto* store) {
        const std::size_t deleted = store != nullptr ? store->erase_many(call.arguments.operands) : 0;
        call.out.note_done();
        if (call.settings.json) call.out.line(JsonObject().number("deleted", deleted).text());
        return done_if(deleted > 0);
    });
}

Exit run_clear(Call& call) {
    const std::string* glob = call.arguments.value("--match");
    const std::string pattern = glob == nullptr ? "" : parse_pattern(*glob);
    return with_store(call, Missing::error, [&](auto* store) {
        if (glob == nullptr) {
            store->clear();
            return Exit::done;
        }
        const std::size_t deleted = store->erase_if(pattern);
        call.out.note_done();
        if (call.settings.json) call.out.line(JsonObject().number("deleted", deleted).text());
        return Exit::done;
    });
}

}  // namespace

constinit const Command kDel{
    .name = "del",
    .operands = "K...",
    .min_operands = 1,
    .max_operands = kAnyNumber,
    .store = Store::any,
    .summary = "deletes keys",
    .details = "Exit code 1 if none of them was there. With --json prints how many were.\n",
    .example = "dummycache del user:1 user:2",
    .run = run_del,
};

constinit const Command kClear{
    .name = "clear",
    .operands = "",
    .options = kClearOptions,
    .store = Store::any,
    .summary = "deletes every entry, or those whose keys match",
    .details =
        "Without --match everything goes at once, for everyone. With --json and --match prints\n"
        "how many entries were deleted.\n",
    .example = "dummycache clear --match 'session:*'",
    .run = run_clear,
};

}  // namespace dummycache::cli
