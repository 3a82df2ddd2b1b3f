// SPDX-License-Identifier: MIT
// wait: sleeps until a key is as it should be.
#include <algorithm>
#include <array>

#include "tools/cli/call.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/parse.hpp"
#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

constexpr std::array kWaitOptions{
    OptionSpec{"--gone", "", "until the key is not there"},
    OptionSpec{"--equals", "V", "until the key has this value"},
    OptionSpec{"--timeout", "S", "give up after this time, with exit code 124 (default: never)"},
};

std::optional<std::chrono::milliseconds> timeout_of(const Call& call) {
    const auto* text = call.arguments.value("--timeout");
    if (text == nullptr || *text == "forever") return std::nullopt;
    return parse_patience(*text);
}

Exit run_wait(Call& call) {
    const bool gone = call.arguments.has("--gone");
    const auto* const equals = call.arguments.value("--equals");
    if (gone && equals != nullptr) throw Failure(Exit::usage, "--gone and --equals exclude each other");
    const auto timeout = timeout_of(call);
    const Cache cache = call.open();
    const auto wanted = [&](const std::optional<std::string>& value) {
        throw_if_interrupted();
        if (equals != nullptr) return value == *equals;
        return value.has_value() != gone;
    };
    return cache.wait(call.operand(0), wanted, timeout) ? Exit::done : Exit::timed_out;
}

}  // namespace

constinit const Command kWait{
    .name = "wait",
    .operands = "K",
    .min_operands = 1,
    .max_operands = 1,
    .options = kWaitOptions,
    .summary = "sleeps until a key is there, is gone, or has a value",
    .details =
        "Prints nothing. Returns at once if it is so already. A cache that does not exist is made, so\n"
        "that whoever sets the key and whoever waits for it meet. Exit code 124 if the time is over.\n",
    .example = "dummycache wait server:ready --timeout 30",
    .run = run_wait,
};

}  // namespace dummycache::cli
