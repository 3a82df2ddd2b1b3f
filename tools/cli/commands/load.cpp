// SPDX-License-Identifier: MIT
// load: the entries of a snapshot come into a cache.
#include <algorithm>
#include <array>

#include <sys/statvfs.h>

#include <dummycache/snapshot.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/commands/snapshot_file.hpp"
#include "tools/cli/format/json.hpp"
#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kOptions{
    OptionSpec{
        "--replace", "",
        "the cache then holds what FILE holds and nothing else (default); with --match, of those keys"},
    OptionSpec{"--merge", "", "entries of FILE take the place of those with the same key"},
    OptionSpec{"--only-missing", "", "entries whose key is there stay as they are"},
    OptionSpec{"--match", "GLOB", "only the keys that match; all others stay as they are"},
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

/// The memory that a new cache could have.
std::uint64_t room_for(const std::string& cache) {
    const bool is_path = cache.find('/') != std::string::npos;
    const std::string folder = is_path ? cache.substr(0, cache.rfind('/') + 1) : "/dev/shm";
    struct statvfs system {};
    if (::statvfs(folder.c_str(), &system) != 0 || system.f_blocks == 0) return 0;
    return std::max<std::uint64_t>(std::uint64_t{system.f_bavail} * system.f_frsize, 1);
}

/// The cache, made if there is none and the file is a snapshot.
Cache open_for(const Call& call, const SnapshotSource& source, const std::string& match) {
    if (const std::optional<Cache> cache = call.find()) return *cache;
    ProgressBar bar = call.progress_bar("check");
    SummaryOptions wanted{.match = match, .progress = bar.interruptible()};
    wanted.most_capacity = room_for(call.settings.cache);
    const SnapshotSummary summary = summarize(source, wanted);
    throw_if_interrupted();
    Options options = call.settings.options;
    options.capacity = std::max(options.capacity, summary.capacity);
    return Cache::open(call.settings.cache, options);
}

Exit run_load(Call& call) {
    LoadOptions options = options_of(call);
    const SnapshotSource source = file_source(call, call.operand(0));
    Cache cache = open_for(call, source, options.match);
    LoadResult result;
    {
        ProgressBar bar = call.progress_bar("load");
        options.progress = bar.interruptible();
        result = load(cache, source, options);
    }
    call.out.note_done();
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
