// SPDX-License-Identifier: MIT
// The table of all commands. With main.cpp it is the room above commands/: all that knows each of them.
#include "tools/cli/commands.hpp"

#include <algorithm>
#include <array>

namespace dummycache::cli {

namespace {

constexpr std::array kCommands {
    &kGet, &kSet, &kAdd, &kReplace, &kAppend, &kDel, &kTake, &kExists, &kTtl, &kTouch, &kPersist, &kIncr,
        &kDecr, &kWait, &kClear, &kLs, &kShow, &kWhy, &kMonitor, &kLog, &kJournal, &kRecord, &kReport,
        &kStats, &kDump, &kLoad, &kDiff, &kAssert, &kSum, &kVerify,
#if DUMMYCACHE_REMOTE
        &kImport, &kExport,
#endif
        &kCheckpoint, &kRollback, &kRelease, &kCheckpoints, &kFork, &kExec, &kClock, &kCaches, &kCreate,
        &kInfo, &kCheck, &kDoctor, &kGc, &kRm, &kBench, &kHelp, &kCompletion,
};

constexpr std::array kCommonOptions{
    OptionSpec{"-c,--cache", "NAME|PATH",
               "the cache; a PATH begins with / ./ or ../, %w is the test worker, %r the run "
               "(default: $DUMMYCACHE, else \"default\"); for most commands also a server, "
               "redis://HOST[:PORT][/DB] or unix:///PATH"},
    OptionSpec{"--json", "", "print results as JSON, one object a line"},
    OptionSpec{"--color", "WHEN", "auto, always or never; auto looks at the terminal and at $NO_COLOR",
               "auto always never"},
    OptionSpec{"-q,--quiet", "", "print no notes on standard error, errors only"},
    OptionSpec{"-h,--help", "", "print the help of the command"},
    OptionSpec{"--version", "", "print the version"},
};

}  // namespace

std::span<const Command* const> commands() noexcept { return kCommands; }

const Command* find_command(std::string_view name) noexcept {
    const auto found =
        std::ranges::find(kCommands, name, [](const Command* command) { return command->name; });
    return found == kCommands.end() ? nullptr : *found;
}

std::span<const OptionSpec> common_options() noexcept { return kCommonOptions; }

}  // namespace dummycache::cli
