// SPDX-License-Identifier: MIT
// A command that another command runs with a cache.
#pragma once

#include <cstddef>
#include <string>

#include <dummycache/cache.hpp>

#include "tools/cli/call.hpp"

namespace dummycache::cli {

/// What a command that cannot be run, or is not found, ends with.
inline constexpr int kCannotRun = 126;
inline constexpr int kNotFound = 127;

/// An absolute path of a name without %w: the command may change its directory.
[[nodiscard]] std::string absolute_name(const std::string& name);

/// What leads whoever reads it to this very cache, also as another test worker and in another directory.
[[nodiscard]] std::string name_for_anybody(const Cache& cache);

/// In a child: becomes the command that begins with operand number `first`. $DUMMYCACHE names the cache. Ends the process with
/// 127 or 126 if it cannot; `what` stands in the message.
[[noreturn]] void become_command(const Call& call, std::size_t first, const std::string& cache,
                                 const char* what);

}  // namespace dummycache::cli
