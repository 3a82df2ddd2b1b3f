// SPDX-License-Identifier: MIT
// dump: a cache's entries as a file.
#include <algorithm>
#include <array>
#include <ostream>
#include <set>
#include <streambuf>
#include <string>
#include <vector>

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
    OptionSpec{"--literal", "", "each K is a key, whatever characters are in it"},
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

std::uint64_t dump_to_standard_output(Call& call, const Cache& cache, const DumpOptions& options) {
    OutputBuffer buffer(call.out);
    std::ostream stream(&buffer);
    // A stream swallows what its buffer throws, a closed pipe among it, but for this.
    stream.exceptions(std::ios::badbit);
    const std::uint64_t entries = dump(cache, stream, options);
    call.out.flush();
    return entries;
}

/// A closed pipe is no error of standard output, whatever it is called.
bool is_standard_output(std::string_view path) {
    constexpr std::array<std::string_view, 4> kNames{"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};
    return std::ranges::find(kNames, path) != kNames.end();
}

bool has_key(const Cache& cache, const std::string& checkpoint, const std::string& key) {
    if (checkpoint.empty()) return cache.peek(key).has_value();
    return summarize({cache, checkpoint}, {.match = glob_of(key)}).entries == 1;
}

/// What the operands stand for, as globs. A word with characters of a glob is the key of just that name, if there is
/// one, and else a glob. Throws Failure if a key is not there.
class Selection {
public:
    Selection(const Call& call, const Cache& cache, const DumpOptions& options) {
        const bool literal = call.arguments.has("--literal");
        for (const std::string& word : call.arguments.operands) {
            const bool is_key = has_key(cache, options.checkpoint, word);
            const bool may_be_glob = word.find_first_of("*?[\\") != std::string::npos;
            if (!is_key && (literal || !may_be_glob)) {
                throw Failure(Exit::no, "dump: there is no key '" + word + "' in the cache '" +
                                            call.settings.cache +
                                            "'; nothing was written (-o FILE names a file)");
            }
            if (is_key && glob_matches(options.match, word)) keys_.insert(word);
            globs_.push_back(is_key ? glob_of(word) : word);
        }
    }

    [[nodiscard]] const std::vector<std::string>& globs() const noexcept { return globs_; }
    /// Whether so many entries are all that was asked for by name.
    [[nodiscard]] bool is_complete(std::uint64_t entries) const noexcept { return entries >= keys_.size(); }

private:
    std::set<std::string> keys_;
    std::vector<std::string> globs_;
};

Exit run_dump(Call& call) {
    const std::string* file = call.arguments.value("--output");
    const bool to_standard_output = file == nullptr || is_standard_output(*file);
    const bool to_terminal = to_standard_output && call.out.is_terminal();
    DumpOptions options;
    if (!to_standard_output && file->ends_with(".dcs")) options.format = SnapshotFormat::binary;
    if (const auto* text = call.arguments.value("--format")) options.format = parse_snapshot_format(*text);
    options.match = call.match_option();
    for (const std::string& word : call.arguments.operands) {
        if (word.empty()) throw Failure(Exit::usage, "'' is no key; leave it out to write every entry");
    }
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
    const Selection selection(call, cache, options);
    options.any_of = selection.globs();
    ProgressBar bar("dump", !to_terminal && !call.settings.quiet);
    options.progress = bar.interruptible();
    const std::uint64_t entries =
        to_standard_output ? dump_to_standard_output(call, cache, options) : dump(cache, *file, options);
    if (!selection.is_complete(entries))
        throw Failure(Exit::no, "dump: a key went away just before the dump; what was written is without it");
    return Exit::done;
}

}  // namespace

constinit const Command kDump{
    .name = "dump",
    .group = Group::fixtures,
    .operands = "[K|GLOB...]",
    .max_operands = kAnyNumber,
    .options = kOptions,
    .summary = "writes a snapshot of the cache, or of some keys, as of one moment",
    .details =
        "K is a key; one that is not there is an error, exit code 1, and nothing is written. A word with *,\n"
        "?, [ or \\ is the key of just that name if there is one, else a pattern. Without any, all is\n"
        "written.\n"
        "jsonl is for a repository: one entry a line, sorted by key, the same bytes for the same state.\n"
        "binary is for size and speed. FILE holds the old snapshot or the new one, whatever happens\n"
        "to the command.\n",
    .example = "dummycache dump -o fixtures/users.jsonl --match 'user:*'",
    .run = run_dump,
};

}  // namespace dummycache::cli
