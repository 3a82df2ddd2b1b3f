// SPDX-License-Identifier: MIT
// Where the keys of a server's command are, and what it does with them: what the server tells of it by COMMAND, in the
// form in which a module tells it of a command of its own.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "tools/redis/api.hpp"

namespace dummycache::redis {

class KeySpecs {
public:
    /// `described` is the command's part of what COMMAND says.
    explicit KeySpecs(CallReply* described);

    /// Whether they say all about the command's keys. Otherwise the server asks the command itself, call by call.
    [[nodiscard]] bool are_complete() const noexcept { return complete_ && specs_.size() > 1; }
    /// Gives them to a command of the module. For a server that has SetCommandInfo.
    void give_to(CommandHandle* command, int arity);

private:
    void add(CallReply* spec);
    void begin_at(KeySpec& spec, CallReply* begin);
    void find_by(KeySpec& spec, CallReply* find);

    std::vector<KeySpec> specs_;
    std::deque<std::string> words_;  ///< to which the specs point
    bool complete_ = true;
};

/// Calls `visit` with the description of each subcommand, such as XGROUP CREATE.
template <class Visit>
void each_subcommand(CallReply* described, Visit&& visit) {
    constexpr std::size_t kPlace = 9;
    if (api::CallReplyLength(described) <= kPlace) return;
    CallReply* const parts = api::CallReplyArrayElement(described, kPlace);
    for (std::size_t i = 0; i < api::CallReplyLength(parts); ++i) visit(api::CallReplyArrayElement(parts, i));
}

}  // namespace dummycache::redis
