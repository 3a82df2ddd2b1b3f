// SPDX-License-Identifier: MIT
// diff and assert: two states compared.
#include <array>

#include <dummycache/snapshot.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/commands/snapshot_file.hpp"
#include "tools/cli/format/compare_output.hpp"
#include "tools/cli/parse.hpp"
#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

constexpr OptionSpec kIgnoreTtl{"--ignore-ttl", "", "remaining times do not count, nor whether there is one"};
constexpr OptionSpec kExactTtl{"--exact-ttl", "", "remaining times count also where time goes on"};
constexpr OptionSpec kSlack{"--slack", "S", "they may differ by so much (includes --exact-ttl)"};

constexpr OptionSpec kExact{
    "--exact", "", "codec and spelling of a value count: {\"a\":1} is not {\"a\": 1}, a text 7 no int64 7"};

constexpr std::array kDiffOptions{kMatchOption, kExact, kIgnoreTtl, kExactTtl, kSlack};
constexpr std::array kAssertOptions{OptionSpec{"--subset", "", "the cache may hold other keys as well"},
                                    kMatchOption,
                                    kExact,
                                    kIgnoreTtl,
                                    kExactTtl,
                                    kSlack};

CompareOptions options_of(const Call& call) {
    const Arguments& arguments = call.arguments;
    CompareOptions options;
    const std::string* slack = arguments.value("--slack");
    const bool exact = arguments.has("--exact-ttl") || slack != nullptr;
    if (exact && arguments.has("--ignore-ttl")) {
        throw Failure(Exit::usage, "--ignore-ttl excludes --exact-ttl and --slack");
    }
    if (exact) options.ttl = CompareTtl::exact;
    if (arguments.has("--exact")) options.value = CompareValue::exact;
    if (arguments.has("--ignore-ttl")) options.ttl = CompareTtl::ignore;
    if (slack != nullptr) options.slack = parse_slack(*slack);
    options.match = call.match_option();
    options.progress = [](std::uint64_t, std::uint64_t) { throw_if_interrupted(); };
    return options;
}

/// The cache, if a side is a cache as it is now.
const Cache* live(const SnapshotSource& side) { return side.checkpoint().empty() ? side.cache() : nullptr; }

Exit run_diff(Call& call) {
    const CompareOptions options = options_of(call);
    const bool with_live = call.arguments.operands.size() < 2;
    const SnapshotSource before = file_or_cache_source(call, call.operand(0));
    const SnapshotSource after = with_live ? call.attach() : file_or_cache_source(call, call.operand(1));
    CompareOutput output(call.out, call.settings.json, live(after) != nullptr ? live(after) : live(before));
    const auto visitor = [&](const Difference& difference) {
        throw_if_interrupted();
        output.write(difference);
        return true;
    };
    diff(before, after, visitor, options);
    return done_if(!output.found_any());
}

Exit run_assert(Call& call) {
    const CompareOptions options = options_of(call);
    const bool subset = call.arguments.has("--subset");
    const Cache cache = call.attach();
    CompareOutput output(call.out, call.settings.json, &cache);
    const auto visitor = [&](const Difference& difference) {
        throw_if_interrupted();
        if (difference.before || !subset) output.write(difference);
        return true;
    };
    diff(file_source(call, call.operand(0)), cache, visitor, options);
    if (!output.found_any()) return Exit::done;
    call.out.flush();
    call.note("assert: the cache '" + call.settings.cache + "' is not as '" + call.operand(0) + "' says: " +
              std::to_string(output.removed()) + " missing (-), " + std::to_string(output.added()) +
              " unexpected (+), " + std::to_string(output.changed()) + " changed (~)");
    return Exit::no;
}

}  // namespace

constinit const Command kDiff{
    .name = "diff",
    .group = Group::fixtures,
    .operands = "A [B]",
    .min_operands = 1,
    .max_operands = 2,
    .options = kDiffOptions,
    .summary = "tells what has to be done to A to get B (default: the cache)",
    .details =
        "A and B are snapshots or caches. A snapshot is -, a name that ends in .jsonl or .dcs, or a path\n"
        "(with a / in it) to anything but a cache; checkpoint:NAME is a checkpoint of the cache that -c\n"
        "names; all else is the name or path of a cache. Prints + for\n"
        "a key that only B has, - for one that only A has, and ~ with the old and the new value for one\n"
        "that is not the same; in brackets the remaining time. A long value is cut to the width of the\n"
        "terminal; --json prints all of it. Values are equal that mean the same, whoever stored them: JSON\n"
        "in another order or with other blanks, and an integer as digits. With --exact codec and spelling\n"
        "count, as they do for sum. Of remaining times it counts whether there is one, and between files\n"
        "also how long it is. Exit code 0 if there is no difference, else 1.\n",
    .example = "dummycache diff fixtures/users.jsonl",
    .run = run_diff,
};

constinit const Command kAssert{
    .name = "assert",
    .group = Group::fixtures,
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = kAssertOptions,
    .summary = "tells whether the cache holds what a snapshot says",
    .details =
        "Prints what is expected (-) and what was found (+), as diff FILE does. Values are compared by what\n"
        "they mean, as diff does, with --exact by codec and spelling. FILE may be - for standard input.\n"
        "Exit code 0 if all is as expected, else 1.\n",
    .example = "dummycache assert fixtures/after_login.jsonl --subset",
    .run = run_assert,
};

}  // namespace dummycache::cli
