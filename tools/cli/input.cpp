// SPDX-License-Identifier: MIT
// Where a value comes from: the command line, a file, or standard input.
#include "tools/cli/input.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "tools/cli/process/descriptor.hpp"

namespace dummycache::cli {

namespace {

std::string reason() { return std::strerror(errno); }

Descriptor open_value(const std::string& path) {
    const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (number < 0) {
        throw Failure(Exit::usage,
                      "cannot read '" + path + "': " + reason() +
                          "; name a file after @, or give --literal to set a value that begins with @");
    }
    return Descriptor(number);
}

std::string read_all_of(int descriptor, const std::string& what) {
    std::string bytes;
    if (!read_all(descriptor, [&](std::string_view part) { bytes += part; }))
        throw Failure(Exit::usage, "cannot read the value from " + what + ": " + reason());
    return bytes;
}

std::string read_standard_input(const Call& call) {
    if (::isatty(STDIN_FILENO) == 1) call.note("reading the value from the terminal; Ctrl-D ends it");
    return read_all_of(STDIN_FILENO, "standard input");
}

}  // namespace

std::string read_value(const Call& call) {
    if (call.arguments.operands.size() < 2) return read_standard_input(call);
    const std::string& value = call.operand(1);
    if (call.arguments.has("--literal")) return value;
    if (value == "-") return read_standard_input(call);
    if (!value.starts_with('@')) return value;
    const std::string path = value.substr(1);
    return read_all_of(open_value(path).number(), "'" + path + "'");
}

}  // namespace dummycache::cli
