// SPDX-License-Identifier: MIT
// Words of other caches, of the shell and of SQL, and what they are called here. They are told, not run.
#pragma once

#include <string_view>

namespace dummycache::cli {

/// The command, or the commands, that a word may mean, in quotes: "'ls'". Empty if it is no such word. Small and capital
/// letters are alike.
[[nodiscard]] std::string_view command_meant(std::string_view word);

/// The option that a word may mean: "--ttl". Empty if it is no such word. The command at hand may not have it.
[[nodiscard]] std::string_view option_meant(std::string_view word);

}  // namespace dummycache::cli
