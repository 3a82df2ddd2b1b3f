// SPDX-License-Identifier: MIT
// The help, made from the descriptions of the commands.
#pragma once

#include <string>

#include "tools/cli/command.hpp"

namespace dummycache::cli {

/// All commands, the common options, the exit codes and the rules of the output.
[[nodiscard]] std::string overview();

[[nodiscard]] std::string help_of(const Command& command);

}  // namespace dummycache::cli
