// SPDX-License-Identifier: MIT
#include "tools/redis/subcommands.hpp"

#include <algorithm>

#include "tools/redis/key_specs.hpp"
#include "tools/redis/server_keyspace.hpp"

namespace dummycache::redis {

Subcommands::Subcommands(CallReply* described) {
    each_subcommand(described, [this](CallReply* part) {
        const std::string_view name =
            ServerReply::text_of(api::CallReplyArrayElement(part, 0));  // xgroup|create
        const std::string_view own = name.substr(name.find('|') + 1);
        const long long arity = api::CallReplyInteger(api::CallReplyArrayElement(part, 1));
        if (own != "help")
            parts_.push_back({CommandName(own), static_cast<int>(arity)});  // it is about no key
    });
}

bool Subcommands::have(std::string_view name, int count) const noexcept {
    const CommandName said(name);
    return std::any_of(parts_.begin(), parts_.end(),
                       [&](const Part& part) { return part.name == said && fits(count, part.arity); });
}

}  // namespace dummycache::redis
