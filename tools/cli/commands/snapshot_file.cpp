// SPDX-License-Identifier: MIT
// What the options and operands of commands on snapshots mean.
#include "tools/cli/commands/snapshot_file.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/cli/input.hpp"
#include "tools/cli/parse.hpp"
#include "tools/cli/process/descriptor.hpp"
#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

/// The first bytes of every cache (store/FORMAT.md).
constexpr std::string_view kCacheMagic = "DUMMYCH\n";

SnapshotSource stream_of(std::shared_ptr<const Descriptor> from, const std::string& name) {
    const auto read = [from = std::move(from), name](char* to, std::size_t most) {
        const ssize_t size = read_some(from->number(), to, most);
        if (size < 0) throw Failure(exit_of_errno(errno), cannot_read("the snapshot", name));
        return static_cast<std::size_t>(size);
    };
    return SnapshotSource::stream(read, name);
}

/// It can be read once; commands that name it twice get the same bytes twice.
SnapshotSource standard_input(const Call& call) {
    static std::optional<SnapshotSource> source;
    if (source) return *source;
    struct stat status {};
    const bool whole = ::fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode) &&
                       ::lseek(STDIN_FILENO, 0, SEEK_CUR) == 0;
    if (::isatty(STDIN_FILENO) == 1) call.note("reading the snapshot from the terminal; Ctrl-D ends it");
    source = whole ? SnapshotSource::file("-")
                   : stream_of(std::make_shared<Descriptor>(::dup(STDIN_FILENO)), "<stdin>");
    return *source;
}

bool is_path_of_cache(const std::string& operand) {
    return operand.starts_with('/') || operand.starts_with("./") || operand.starts_with("../");
}

bool is_snapshot(const std::string& operand) {
    if (operand == "-" || operand.ends_with(".jsonl") || operand.ends_with(".dcs")) return true;
    if (operand.find('/') == std::string::npos) return false;
    if (!is_path_of_cache(operand)) return true;
    return ::access(operand.c_str(), F_OK) == 0 && !is_cache_file(operand);
}

}  // namespace

TtlRule ttl_rule_option(const Call& call) {
    const std::string* text = call.arguments.value(kTtlRuleOption.long_name());
    return text == nullptr ? TtlRule::keep() : parse_ttl_rule(*text);
}

bool is_cache_file(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, kCacheMagic.size()> start{};
    return ::pread(file.number(), start.data(), start.size(), 0) == static_cast<ssize_t>(start.size()) &&
           std::string_view(start.data(), start.size()) == kCacheMagic;
}

SnapshotSource file_source(const Call& call, const std::string& path) {
    if (path == "-") return standard_input(call);
    struct stat status {};
    const bool there = ::stat(path.c_str(), &status) == 0;
    if (!there || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) return SnapshotSource::file(path);
    auto pipe = std::make_shared<Descriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    throw_if_interrupted();
    return pipe->number() < 0 ? SnapshotSource::file(path) : stream_of(std::move(pipe), path);
}

SnapshotSource file_or_cache_source(const Call& call, const std::string& operand) {
    constexpr std::string_view kCheckpoint = "checkpoint:";
    if (operand == kCheckpoint)
        throw Failure(Exit::usage, "'checkpoint:' is followed by a checkpoint's name");
    if (operand.starts_with(kCheckpoint)) return {call.attach(), operand.substr(kCheckpoint.size())};
    if (is_snapshot(operand)) return file_source(call, operand);
    try {
        return Cache::attach(operand);
    } catch (const Error& error) {
        const bool file = error.code() == ErrorCode::not_found && ::access(operand.c_str(), F_OK) == 0;
        if (!file) throw;
        throw Failure(Exit::absent,
                      "there is no cache '" + operand + "'; the file of that name is './" + operand + "'");
    }
}

}  // namespace dummycache::cli
