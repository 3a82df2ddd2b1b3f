// SPDX-License-Identifier: MIT
// Where a value comes from: the command line, a file, or standard input.
#pragma once

#include <string>

#include "tools/cli/call.hpp"

namespace dummycache::cli {

/// The value of a command whose operands are K [V|-|@FILE].
[[nodiscard]] std::string read_value(const Call& call);

}  // namespace dummycache::cli
