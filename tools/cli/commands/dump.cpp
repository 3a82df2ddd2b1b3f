// SPDX-License-Identifier: MIT
// dump: a cache's entries as a file.
#include <algorithm>
#include <array>
#include <ostream>
#include <streambuf>

#include <dummycache/snapshot.hpp>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/commands/snapshot_file.hpp"
#include "tools/cli/format/progress.hpp"
#include "tools/cli/parse.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kOptions{
    OptionSpec{"-o,--output", "FILE", "write to a file, all or nothing (default: - for standard output)"},
    OptionSpec{"--format", "FORMAT", "jsonl or binary (default: binary if FILE ends in .dcs, else jsonl)",
               "jsonl binary"},
    kMatchOption,
    OptionSpec{"--checkpoint", "NAME", "the state to which a rollback would go, instead of the present one"},
    kTtlRuleOption,
};

/// Hands on to Output what the library writes to a stream.
class OutputBuffer : public std::streambuf {
public:
    explicit OutputBuffer(Output& out) noexcept : out_(out) {}

protected:
    std::streamsize xsputn(const char* bytes, std::streamsize count) override {
        out_.write({bytes, static_cast<std::size_t>(count)});
        return count;
    }
    int_type overflow(int_type character) override {
        const char byte = traits_type::to_char_type(character);
        if (!traits_type::eq_int_type(character, traits_type::eof())) out_.write({&byte, 1});
        return traits_type::not_eof(character);
    }

private:
    Output& out_;
};

void dump_to_standard_output(Call& call, const Cache& cache, const DumpOptions& options) {
    OutputBuffer buffer(call.out);
    std::ostream stream(&buffer);
    // A stream swallows what its buffer throws, a closed pipe among it, but for this.
    stream.exceptions(std::ios::badbit);
    dump(cache, stream, options);
    call.out.flush();
}

/// A closed pipe is no error of standard output, whatever it is called.
bool is_standard_output(std::string_view path) {
    constexpr std::array<std::string_view, 4> kNames{"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};
    return std::ranges::find(kNames, path) != kNames.end();
}

Exit run_dump(Call& call) {
    const std::string* file = call.arguments.value("--output");
    const bool to_standard_output = file == nullptr || is_standard_output(*file);
    const bool to_terminal = to_standard_output && call.out.is_terminal();
    DumpOptions options;
    if (!to_standard_output && file->ends_with(".dcs")) options.format = SnapshotFormat::binary;
    if (const auto* text = call.arguments.value("--format")) options.format = parse_snapshot_format(*text);
    options.match = call.match_option();
    if (const auto* name = call.arguments.value("--checkpoint")) {
        if (name->empty()) throw Failure(Exit::usage, "--checkpoint takes the name of a checkpoint");
        options.checkpoint = *name;
    }
    options.ttl = ttl_rule_option(call);
    if (to_terminal && options.format == SnapshotFormat::binary) {
        throw Failure(Exit::usage, "a binary snapshot is not for a terminal; give -o FILE");
    }
    if (!to_standard_output && is_cache_file(*file)) {
        throw Failure(Exit::usage, "'" + *file +
                                       "' is a cache, which a snapshot would replace; "
                                       "give another FILE, or remove it first with rm");
    }
    const Cache cache = call.attach();
    ProgressBar bar("dump", !to_terminal && !call.settings.quiet);
    options.progress = bar.interruptible();
    if (to_standard_output) {
        dump_to_standard_output(call, cache, options);
    } else {
        dump(cache, *file, options);
    }
    return Exit::done;
}

}  // namespace

constinit const Command kDump{
    .name = "dump",
    .group = Group::fixtures,
    .operands = "",
    .options = kOptions,
    .summary = "writes a snapshot of the cache: its entries as of one moment",
    .details =
        "jsonl is for a repository: one entry a line, sorted by key, the same bytes for the same state.\n"
        "binary is for size and speed. FILE holds the old snapshot or the new one, whatever happens\n"
        "to the command.\n",
    .example = "dummycache dump -o fixtures/users.jsonl --match 'user:*'",
    .run = run_dump,
};

}  // namespace dummycache::cli
