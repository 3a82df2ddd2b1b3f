// SPDX-License-Identifier: MIT
// From the words of the command line to a command, its arguments and the settings.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/call.hpp"
#include "tools/cli/command.hpp"

namespace dummycache::cli {

struct CommandLine {
    const Command* command = nullptr;  ///< a null pointer if there is none
    Settings settings;
    Arguments arguments;
    bool wants_help = false;
    bool wants_version = false;
};

/// Fills `line` as far as the words can be understood, and throws Failure at the first that cannot;
/// `line.settings` then hold what was said before it.
void parse_command_line(const std::vector<std::string>& words, CommandLine& line);

/// Throws Failure: "unknown WHAT 'WORD'", and the one of `known` that is like it, or else the advice.
[[noreturn]] void refuse_unknown(std::string_view what, std::string_view word,
                                 std::span<const std::string_view> known, std::string_view advice);

/// The command of this name; throws Failure with a suggestion if there is none.
[[nodiscard]] const Command& command_or_suggestion(std::string_view name);

}  // namespace dummycache::cli
