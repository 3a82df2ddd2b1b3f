// SPDX-License-Identifier: MIT
// What the options and operands of commands on snapshots mean.
#include "tools/cli/commands/snapshot_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/cli/parse.hpp"
#include "tools/cli/process/descriptor.hpp"
#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

/// The first bytes of every cache (store/FORMAT.md).
constexpr std::string_view kCacheMagic = "DUMMYCH\n";

[[noreturn]] void fail(const std::string& what, const std::string& advice) {
    throw Failure(Exit::refused, what + ": " + std::strerror(errno) + "; " + advice);
}

/// Puts a temporary file with the bytes of `from` in the place of standard input.
void spool_to_standard_input(int from, const std::string& name) {
    const Descriptor to(spool([&](char* bytes, std::size_t most) {
        const ssize_t size = read_some(from, bytes, most);
        if (size < 0) fail("cannot read the snapshot from " + name, "name a file");
        return static_cast<std::size_t>(size);
    }));
    if (::dup2(to.number(), STDIN_FILENO) < 0) fail("cannot replace standard input", "name a file");
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

std::string readable_again(const Call& call, const std::string& path) {
    const bool standard = path == "-";
    struct stat status {};
    if ((standard ? ::fstat(STDIN_FILENO, &status) : ::stat(path.c_str(), &status)) != 0) return path;
    if (!standard && !S_ISFIFO(status.st_mode)) return path;
    if (S_ISREG(status.st_mode) && ::lseek(STDIN_FILENO, 0, SEEK_CUR) == 0) return path;
    if (standard && ::isatty(STDIN_FILENO) == 1)
        call.note("reading the snapshot from the terminal; Ctrl-D ends it");
    const Descriptor pipe(standard ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    throw_if_interrupted();
    if (!standard && pipe.number() < 0) return path;
    spool_to_standard_input(standard ? STDIN_FILENO : pipe.number(),
                            standard ? "standard input" : "'" + path + "'");
    return "-";
}

SnapshotSource file_source(const Call& call, const std::string& path) {
    return SnapshotSource::file(path == "-" ? readable_again(call, path) : path);
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
