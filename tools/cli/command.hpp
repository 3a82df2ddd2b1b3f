// SPDX-License-Identifier: MIT
// What a command is: one description that feeds the parser, the help and the shell completion.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "tools/cli/process/exit_code.hpp"

namespace dummycache::cli {

class Call;

struct OptionSpec {
    std::string_view names;  ///< "-s,--long" or "--long"
    std::string_view value;  ///< what stands for its value in the help; empty for a flag
    std::string_view help;
    std::string_view words = {};  ///< with which the shell completes its value, a blank between two

    /// NUL if it has none.
    [[nodiscard]] constexpr char letter() const noexcept { return names[1] == '-' ? '\0' : names[1]; }

    /// The name by which Arguments knows it.
    [[nodiscard]] constexpr std::string_view long_name() const noexcept {
        return names.substr(names.find("--"));
    }
};

enum class Group { data, look, fixtures, state, caches, measure, other };

/// Whether a command works on the cache that -c names.
enum class CacheOption { used, refused };

/// Whether what -c names may be a server.
enum class Store { local, any };

inline constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

struct Command {
    std::string_view name;
    Group group = Group::data;
    std::string_view operands;  ///< as the help writes them
    std::size_t min_operands = 0;
    std::size_t max_operands = 0;
    std::span<const OptionSpec> options = {};
    CacheOption cache = CacheOption::used;
    bool runs_another = false;  ///< the first operand is a command: what follows it is that one's
    Store store = Store::local;
    std::string_view summary;
    std::string_view details = {};
    std::string_view example;
    Exit (*run)(Call& call) = nullptr;
};

/// The name and the operands, as the help writes them.
[[nodiscard]] std::string synopsis(const Command& command);

/// In the order in which the help lists them. The table is in commands.cpp.
[[nodiscard]] std::span<const Command* const> commands() noexcept;

/// The command of this name, or a null pointer.
[[nodiscard]] const Command* find_command(std::string_view name) noexcept;

/// The options that every command takes.
[[nodiscard]] std::span<const OptionSpec> common_options() noexcept;

}  // namespace dummycache::cli
