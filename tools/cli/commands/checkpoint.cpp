// SPDX-License-Identifier: MIT
// checkpoint, rollback, release, checkpoints: the state of the cache marked and gone back to.
#include <algorithm>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"

namespace dummycache::cli {

namespace {

/// The smallest number that no checkpoint has for a name.
std::string free_name(const Cache& cache) {
    const auto held = cache.checkpoints();
    for (int number = 1;; ++number) {
        std::string name = std::to_string(number);
        if (std::ranges::find(held, name, &Checkpoint::name) == held.end()) return name;
    }
}

Exit run_checkpoint(Call& call) {
    Cache cache = call.attach();
    const bool named = !call.arguments.operands.empty();
    const std::string name = named ? call.operand(0) : free_name(cache);
    cache.checkpoint(name);
    if (named) return Exit::done;
    try {
        call.out.line(name);
        call.out.flush();
    } catch (...) {
        cache.release(name);  // nobody knows of it
        throw;
    }
    return Exit::done;
}

Exit run_rollback(Call& call) {
    call.attach().rollback(call.operand(0));
    return Exit::done;
}

Exit run_release(Call& call) {
    call.attach().release(call.operand(0));
    return Exit::done;
}

void write_json(Output& out, const Checkpoint& checkpoint) {
    JsonObject object;
    object.bytes("name", checkpoint.name).number("changes", checkpoint.changes);
    object.ttl("taken", checkpoint.taken).boolean("lost", checkpoint.lost);
    object.boolean("abandoned", checkpoint.abandoned);
    out.line(object.text());
}

Exit run_checkpoints(Call& call) {
    for (const Checkpoint& checkpoint : call.attach().checkpoints()) {
        if (call.settings.json) {
            write_json(call.out, checkpoint);
            continue;
        }
        std::string since = checkpoint.lost ? "lost" : std::to_string(checkpoint.changes) + " changes since";
        if (checkpoint.abandoned) since += ", left by a command that was killed";
        call.out.line(escaped(checkpoint.name) + "  " + call.out.dim(since));
    }
    return Exit::done;
}

}  // namespace

constinit const Command kCheckpoint{
    .name = "checkpoint",
    .group = Group::state,
    .operands = "[NAME]",
    .max_operands = 1,
    .summary = "marks the state of the cache: entries, deadlines, the clock",
    .details =
        "Copies nothing; what is written from now on keeps what it replaces. Checkpoints nest, all\n"
        "processes share them, and they outlive this command. Without NAME it takes the smallest free\n"
        "number and prints it. Exit code 4 if there is one of this name already.\n",
    .example = "dummycache checkpoint before-tests",
    .run = run_checkpoint,
};

constinit const Command kRollback{
    .name = "rollback",
    .group = Group::state,
    .operands = "NAME",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "goes back to a checkpoint, which stays held",
    .details =
        "Undoes whatever any process did since, a clear and a moved clock included; checkpoints taken\n"
        "since are gone. Costs what was changed. Exit code 1 if there is no such checkpoint, 4 if it is\n"
        "lost: a full cache gives checkpoints up before it drops what can be seen.\n",
    .example = "dummycache rollback before-tests",
    .run = run_rollback,
};

constinit const Command kRelease{
    .name = "release",
    .group = Group::state,
    .operands = "NAME",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "gives a checkpoint up; the state stays as it is",
    .example = "dummycache release before-tests",
    .run = run_release,
};

constinit const Command kCheckpoints{
    .name = "checkpoints",
    .group = Group::state,
    .operands = "",
    .summary = "lists the checkpoints that are held, the oldest first",
    .example = "dummycache checkpoints",
    .run = run_checkpoints,
};

}  // namespace dummycache::cli
