// SPDX-License-Identifier: MIT
// sum and verify: what a snapshot or a cache holds, in one line.
#include <array>

#include <dummycache/snapshot.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/commands/snapshot_file.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/format/text.hpp"
#include "tools/cli/names.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kSumOptions{
    kMatchOption,
    OptionSpec{"--exact-ttl", "",
               "remaining times are part of the digest, and not only whether there is one"},
};

std::string size_text(const SnapshotSummary& summary) {
    return std::to_string(summary.entries) + (summary.entries == 1 ? " entry  " : " entries  ") +
           human_size(summary.bytes);
}

/// `path` is empty if it is a cache.
std::string json_text(const SnapshotSummary& summary, const std::string& path) {
    JsonObject object;
    if (!path.empty()) object.bytes("path", path);
    if (summary.format) object.bytes("format", name_of(*summary.format));
    object.bytes("digest", summary.digest).number("entries", summary.entries);
    return object.number("bytes", summary.bytes).number("with_deadline", summary.with_deadline).text();
}

Exit run_sum(Call& call) {
    const std::string path = call.arguments.operands.empty() ? "" : call.operand(0);
    SummaryOptions options;
    options.exact_ttl = call.arguments.has("--exact-ttl");
    options.match = call.match_option();
    const bool live = call.arguments.operands.empty();
    const SnapshotSource source = live ? SnapshotSource(call.attach()) : file_source(call, path);
    ProgressBar bar = call.progress_bar("sum");
    options.progress = bar.interruptible();
    const SnapshotSummary summary = summarize(source, options);
    call.out.line(call.settings.json ? json_text(summary, path) : summary.digest + "  " + size_text(summary));
    return Exit::done;
}

SnapshotSummary summary_of(const Call& call, const std::string& path) {
    ProgressBar bar = call.progress_bar("verify");
    return summarize(file_source(call, path), {.progress = bar.interruptible()});
}

Exit verify_one(Call& call, const std::string& path) {
    try {
        const SnapshotSummary summary = summary_of(call, path);
        const std::string_view format = name_of(*summary.format);
        call.out.line(call.settings.json
                          ? json_text(summary, path)
                          : std::string(format) + "  " + size_text(summary) + "  " + escaped(path));
        return Exit::done;
    } catch (const Error& error) {
        if (call.settings.json)
            call.out.line(JsonObject().bytes("path", path).bytes("problem", one_line(error.what())).text());
        complain(call.settings.color, error.what());
        return exit_of(error.code());
    }
}

Exit run_verify(Call& call) {
    Exit exit = Exit::done;
    for (const std::string& path : call.arguments.operands) {
        const Exit one = verify_one(call, path);
        call.out.flush();
        if (exit == Exit::done || one == Exit::bad_data) exit = one;
    }
    return exit;
}

}  // namespace

constinit const Command kSum{
    .name = "sum",
    .group = Group::fixtures,
    .operands = "[FILE]",
    .max_operands = 1,
    .options = kSumOptions,
    .summary = "prints a digest of the cache or of a snapshot",
    .details =
        "Prints digest, number of entries, and size of keys and values. Equal states have equal digests,\n"
        "in a cache and in a snapshot of any format. FILE may be - for standard input.\n",
    .example = "dummycache sum fixtures/users.jsonl",
    .run = run_sum,
};

constinit const Command kVerify{
    .name = "verify",
    .group = Group::fixtures,
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = kAnyNumber,
    .cache = CacheOption::refused,
    .summary = "reads snapshots to the end and tells whether they are good",
    .details =
        "Prints format, number of entries, size of keys and values, and FILE of each that is good, and a\n"
        "line on standard error for each that is not. FILE may be - for standard input. Exit code 5\n"
        "if one is bad, 3 if one is not there.\n",
    .example = "dummycache verify fixtures/*.jsonl",
    .run = run_verify,
};

}  // namespace dummycache::cli
