// SPDX-License-Identifier: MIT
// fork: a second cache that begins as a first one is now.
#include <dummycache/fork.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/names.hpp"

namespace dummycache::cli {

namespace {

Exit run_fork(Call& call) {
    const Cache from = Cache::attach(call.operand(0), call.settings.options);
    const std::string& to = call.operand(1);
    if (fork_cache(from, to)) return Exit::done;
    throw Failure(Exit::refused, "fork: " + exists_already(to));
}

}  // namespace

constinit const Command kFork{
    .name = "fork",
    .group = Group::state,
    .operands = "FROM TO",
    .min_operands = 2,
    .max_operands = 2,
    .cache = CacheOption::refused,
    .summary = "makes a cache TO that begins as FROM is now",
    .details =
        "Both are names or paths. TO has the entries, deadlines, clock, capacity and mode that FROM has at\n"
        "one moment; afterwards neither knows of the other. If there is a TO already it stays as it is,\n"
        "exit code 4. TO is whole or not there, whatever happens to the command.\n",
    .example = "dummycache fork prepared test-1",
    .run = run_fork,
};

}  // namespace dummycache::cli
