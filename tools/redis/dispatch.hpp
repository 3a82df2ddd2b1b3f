// SPDX-License-Identifier: MIT
// The way from the server to a command's function. Here a command gets its cache, and its exceptions become replies.
#pragma once

#include <cstdint>

#include "tools/redis/request.hpp"

namespace dummycache::redis {

using Function = int (*)(const Request&);

/// Which databases a command is about.
enum class Databases : std::uint8_t {
    selected,  ///< the selected one. If the cache does not serve it, the server's own command runs
    several    ///< others too. The function finds out itself which of them the cache serves
};

struct CommandDescription {
    Rules rules;
    Databases databases;
    Function function;
};

/// Calls the function with the cache of the database. An exception becomes an error reply.
int run(Context* context, String** argv, int argc, const CommandDescription& command) noexcept;

template <Function function>
int run_dc(Context* context, String** argv, int argc) noexcept {
    return run(context, argv, argc, {Rules::cache, Databases::selected, function});
}
template <Function function, Databases databases = Databases::selected>
int run_proxy(Context* context, String** argv, int argc) noexcept {
    return run(context, argv, argc, {Rules::redis, databases, function});
}

}  // namespace dummycache::redis
