// SPDX-License-Identifier: MIT
// Where a value comes from: the command line, a file, or standard input.
#include "tools/cli/input.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include <dummycache/limits.hpp>

#include "tools/cli/process/descriptor.hpp"
#include "tools/cli/store.hpp"

namespace dummycache::cli {

namespace {

/// The longest string of a Redis server that was not configured otherwise.
constexpr std::uint64_t kMostOfServer = std::uint64_t{512} << 20;

/// How many bytes the value may have, and whose limit that is.
struct ValueLimit {
    std::uint64_t bytes;
    std::string owner;
    const char* advice;
};

ValueLimit limit_of(const Call& call) {
    if (is_server(call.settings.cache)) return {kMostOfServer, "what a server takes", "use a smaller one"};
    const std::optional<Cache> cache = call.find();
    const std::uint64_t half = (cache ? cache->info().capacity_bytes : Options().capacity) / 2;
    return {std::min(half, kMaxValueBytes), "half the capacity of the cache '" + call.settings.cache + "'",
            "create one with a larger capacity"};
}

Descriptor open_value(const std::string& path) {
    const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (number < 0) {
        throw Failure(exit_of_errno(errno),
                      "cannot read '" + path + "': " + std::strerror(errno) +
                          "; name a file after @, or give --literal to set a value that begins with @");
    }
    return Descriptor(number);
}

std::string read_all_of(const Call& call, int descriptor, const std::string& name) {
    const ValueLimit limit = limit_of(call);
    std::string bytes;
    std::array<char, 65536> part;
    for (;;) {
        const ssize_t size = read_some(descriptor, part.data(), part.size());
        if (size == 0) return bytes;
        if (size < 0) throw Failure(exit_of_errno(errno), cannot_read("the value", name));
        bytes.append(part.data(), static_cast<std::size_t>(size));
        if (bytes.size() <= limit.bytes) continue;
        throw Failure(Exit::usage, "the value from " + name + " is larger than " + limit.owner + " (" +
                                       std::to_string(limit.bytes) + " bytes); " + limit.advice);
    }
}

std::string read_standard_input(const Call& call) {
    if (::isatty(STDIN_FILENO) == 1) call.note("reading the value from the terminal; Ctrl-D ends it");
    return read_all_of(call, STDIN_FILENO, "standard input");
}

}  // namespace

std::string cannot_read(const std::string& what, const std::string& name) {
    return "cannot read " + what + " from " + name + ": " + std::strerror(errno) + "; name a file";
}

Exit exit_of_errno(int error) noexcept {
    switch (error) {
        case EACCES:
        case EPERM:
        case ENOENT:
        case ENOTDIR:
        case EISDIR:
        case ELOOP: return Exit::absent;
        case ENXIO:
        case ENODEV: return Exit::bad_data;
        default: return Exit::refused;
    }
}

std::string read_value(const Call& call) {
    if (call.arguments.operands.size() < 2) return read_standard_input(call);
    const std::string& value = call.operand(1);
    if (call.arguments.has("--literal")) return value;
    if (value == "-") return read_standard_input(call);
    if (!value.starts_with('@')) return value;
    const std::string path = value.substr(1);
    // Opened again, a redirected file would begin anew.
    if (path == "/dev/stdin" || path == "/dev/fd/0" || path == "/proc/self/fd/0")
        return read_standard_input(call);
    return read_all_of(call, open_value(path).number(), "'" + path + "'");
}

}  // namespace dummycache::cli
