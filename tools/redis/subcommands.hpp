// SPDX-License-Identifier: MIT
// The subcommands of a command, such as XGROUP's CREATE.
#pragma once

#include <string_view>
#include <vector>

#include "tools/redis/api.hpp"
#include "tools/redis/command_name.hpp"

namespace dummycache::redis {

/// Whether a command of this arity takes so many arguments, its name among them.
[[nodiscard]] constexpr bool fits(int count, int arity) noexcept {
    return arity >= 0 ? count == arity : count >= -arity;
}

class Subcommands {
public:
    /// `described` is the command's part of what COMMAND says.
    explicit Subcommands(CallReply* described);

    [[nodiscard]] bool are_none() const noexcept { return parts_.empty(); }
    /// Whether there is one of this name that takes so many arguments, both names among them.
    [[nodiscard]] bool have(std::string_view name, int count) const noexcept;

private:
    struct Part {
        CommandName name;
        int arity;
    };
    std::vector<Part> parts_;
};

}  // namespace dummycache::redis
