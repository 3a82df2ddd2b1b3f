// SPDX-License-Identifier: MIT
// record: what happens in a cache while a command runs, in a file.
#include <optional>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/commands/child_command.hpp"
#include "tools/cli/commands/recorder.hpp"
#include "tools/cli/process/forwarded_signals.hpp"
#include "tools/cli/process/supervised_command.hpp"

namespace dummycache::cli {

namespace {

Exit run_record(Call& call) {
    const std::size_t first = call.operand(1) == "--" ? 2 : 1;
    if (call.arguments.operands.size() <= first)
        throw Failure(Exit::usage, "there is no command behind the file; write FILE -- CMD");
    std::optional<ForwardedSignals> signals(std::in_place);
    const Cache cache = call.open();
    Recorder recorder(cache, call.operand(0));
    const std::string name = name_for_anybody(cache);
    SupervisedCommand command(
        "record", [&] { become_command(call, first, name, "record"); }, [] {});
    recorder.begin();
    signals->forward_to(command.pid());
    const int status = command.wait();
    signals.reset();
    return static_cast<Exit>(finish_recording(call, recorder, status));
}

}  // namespace

constinit const Command kRecord{
    .name = "record",
    .group = Group::look,
    .operands = "FILE [--] CMD [ARG...]",
    .min_operands = 2,
    .max_operands = kAnyNumber,
    .runs_another = true,
    .summary = "writes each event into a file while a command runs",
    .details =
        "The file gets a line of JSON an event, as monitor --json prints them, and a last line with the\n"
        "number of events and of those that were lost, in all: 0, unless they came faster than this command\n"
        "could write; a cache with a larger capacity has a longer journal. It is FILE.part until CMD has\n"
        "ended. $DUMMYCACHE names the cache for CMD; events of other programs are recorded too. The exit\n"
        "code is that of CMD, or 128 and the number of the signal that ended it; 127 if it is not found,\n"
        "126 if it cannot be run: an older FILE then stays. Signals are passed on to it.\n",
    .example = "dummycache record events.jsonl -- ctest",
    .run = run_record,
};

}  // namespace dummycache::cli
