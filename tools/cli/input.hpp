// SPDX-License-Identifier: MIT
// Where a value comes from: the command line, a file, or standard input.
#pragma once

#include <string>

#include "tools/cli/call.hpp"

namespace dummycache::cli {

/// "cannot read WHAT from NAME: REASON; ADVICE", of the last system call that failed.
[[nodiscard]] std::string cannot_read(const std::string& what, const std::string& name);

/// What a failed open() or read() is to the shell, the same for every command.
[[nodiscard]] Exit exit_of_errno(int error) noexcept;

/// The value of a command whose operands are K [V|-|@FILE]. It is not read further than to the first byte that is too
/// much for the cache.
[[nodiscard]] std::string read_value(const Call& call);

}  // namespace dummycache::cli
