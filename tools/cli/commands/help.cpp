// SPDX-License-Identifier: MIT
// help: the commands explained.
#include "tools/cli/help.hpp"

#include "tools/cli/call.hpp"
#include "tools/cli/command_line.hpp"
#include "tools/cli/commands.hpp"

namespace dummycache::cli {

namespace {

Exit run_help(Call& call) {
    const auto& operands = call.arguments.operands;
    call.out.write(operands.empty() ? overview() : help_of(command_or_suggestion(operands.front())));
    return Exit::done;
}

}  // namespace

constinit const Command kHelp{
    .name = "help",
    .group = Group::other,
    .operands = "[COMMAND]",
    .max_operands = 1,
    .cache = CacheOption::refused,
    .summary = "explains a command, or lists them all",
    .example = "dummycache help set",
    .run = run_help,
};

}  // namespace dummycache::cli
