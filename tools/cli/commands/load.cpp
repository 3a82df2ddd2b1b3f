// SPDX-License-Identifier: MIT
// load: the entries of a snapshot come into a cache.
#include <algorithm>
#include <array>

#include <dummycache/snapshot.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/commands/snapshot_file.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kOptions{
    OptionSpec{"--replace", "", "the cache then holds what FILE holds and nothing else (default)"},
    OptionSpec{"--merge", "", "entries of FILE take the place of those with the same key"},
    OptionSpec{"--only-missing", "", "entries whose key is there stay as they are"},
    OptionSpec{"--match", "GLOB", "only the keys of FILE that match"},
    kTtlRuleOption,
};

LoadMode mode_of(const Arguments& arguments) {
    const bool merge = arguments.has("--merge");
    const bool only_missing = arguments.has("--only-missing");
    if (arguments.has("--replace") + merge + only_missing > 1) {
        throw Failure(Exit::usage, "--replace, --merge and --only-missing exclude each other");
    }
    return merge ? LoadMode::merge : only_missing ? LoadMode::only_missing : LoadMode::replace;
}

LoadOptions options_of(const Call& call) {
    LoadOptions options;
    options.mode = mode_of(call.arguments);
    options.match = call.match_option();
    options.ttl = ttl_rule_option(call);
    return options;
}

/// The cache, made if there is none and the file is a snapshot.
Cache open_for(const Call& call, const std::string& file, const std::string& match) {
    if (const std::optional<Cache> cache = call.find()) return *cache;
    ProgressBar bar = call.progress_bar("check");
    const SnapshotSummary summary =
        summarize(SnapshotSource::file(file), {.match = match, .progress = bar.interruptible()});
    throw_if_interrupted();
    Options options;
    options.capacity = std::max(options.capacity, summary.capacity);
    return Cache::open(call.settings.cache, options);
}

Exit run_load(Call& call) {
    LoadOptions options = options_of(call);
    const std::string file = readable_again(call, call.operand(0));
    Cache cache = open_for(call, file, options.match);
    LoadResult result;
    {
        ProgressBar bar = call.progress_bar("load");
        options.progress = bar.interruptible();
        result = load(cache, file, options);
    }
    if (call.settings.json) {
        JsonObject object;
        object.number("stored", result.stored).number("present", result.present);
        call.out.line(object.number("unmatched", result.unmatched).text());
    }
    return Exit::done;
}

}  // namespace

constinit const Command kLoad{
    .name = "load",
    .group = Group::fixtures,
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = kOptions,
    .summary = "loads a snapshot into the cache",
    .details =
        "FILE is of either format; - is standard input. All of it is read and checked first: a mistake\n"
        "in it, with its place as file:line:column, changes nothing and makes no cache. Remaining times\n"
        "count from now. It is one step as long as old and new entries have room side by side: Ctrl-C, or a\n"
        "kill, then leaves the cache as it was. With --json prints how many entries were stored, were\n"
        "present already (--only-missing) and did not match (--match).\n",
    .example = "dummycache load fixtures/users.jsonl --merge",
    .run = run_load,
};

}  // namespace dummycache::cli
