// SPDX-License-Identifier: MIT
// The server's own commands, served from the cache.
//
//   GET k  --filter-->  dc:get k  --> the cache, or GET by the server itself
//
// The server passes each command through a filter before it looks the command up. With a takeover the filter puts a
// proxy command in the place of each command that has to do with keys. A proxy command belongs to the module. It has
// the flags, key positions and categories of the command that it stands for, so transactions, scripts, replicas and
// permissions treat both alike. The proxy command knows the selected database; a filter does not.
#pragma once

#include <deque>
#include <vector>

#include "tools/redis/api.hpp"
#include "tools/redis/command_name.hpp"
#include "tools/redis/subcommands.hpp"

namespace dummycache::redis {

class ProxyCommands {
public:
    /// Makes a proxy command for each command that the server has, and the filter. False, and a line in the
    /// server's log, if the server refuses.
    bool create(Context* context);
    /// To be called before the module is unloaded.
    void remove(Context* context);

private:
    struct ProxyCommand {
        CommandName stands_for;  ///< empty: a free place
        String* name;
        int arity;
        int first, last, step;
        bool finds_keys_itself;    ///< the keys have no fixed places among the arguments
        bool reads_first_key;      ///< the cache serves it, and its first argument is a key
        bool may_block;            ///< as BLPOP: a command that a module calls cannot wait
        const Subcommands* parts;  ///< null if it has none
    };
    static void filter(FilterContext* context) noexcept;
    [[nodiscard]] static bool concerns(FilterContext* context, const ProxyCommand& proxy);
    [[nodiscard]] static bool has_string_as_key(FilterContext* context, Context* own);
    bool create_one(Context* context, CallReply* described);
    /// The place of the proxy command for this command in the table, or a free place.
    [[nodiscard]] ProxyCommand& place_of(const CommandName& name) noexcept;

    static constexpr std::size_t kPlaces = 1024;  ///< several times as many as there are commands
    std::vector<ProxyCommand> proxies_ = std::vector<ProxyCommand>(kPlaces);
    std::deque<Subcommands> parts_;  ///< to which the proxy commands point
    Filter* filter_ = nullptr;
    Context* own_context_ = nullptr;
};

}  // namespace dummycache::redis
