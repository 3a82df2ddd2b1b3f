// SPDX-License-Identifier: MIT
// What -c names to commands that work on a cache as well as on a server.
#pragma once

#include <optional>
#include <string_view>

#include <dummycache/cache.hpp>
#include <dummycache/key_value_store.hpp>
#if DUMMYCACHE_REMOTE
#include <dummycache/remote.hpp>
#endif

#include "tools/cli/call.hpp"
#include "tools/cli/command.hpp"

namespace dummycache::cli {

/// What a cache that does not exist is to a command. A server that does not answer is always an error.
enum class Missing { made, empty, error };

/// Whether the name is an address, which no name of a cache looks like.
[[nodiscard]] bool is_server(std::string_view name) noexcept;

/// The address without user and password, for messages.
[[nodiscard]] std::string without_login(std::string_view address);

/// Throws Failure unless what -c names is one that the command works on.
void check_store(const Settings& settings, const Command& command, const Arguments& arguments);

/// Calls `body` with a pointer to the KeyValueStore that -c names: to a Cache or to a Remote, null if it is a
/// cache that does not exist and counts as empty.
template <class Body>
Exit with_store(const Call& call, Missing missing, Body body) {
#if DUMMYCACHE_REMOTE
    if (is_server(call.settings.cache)) {
        Remote remote = Remote::connect(call.settings.cache);
        return body(&remote);
    }
#endif
    std::optional<Cache> cache = missing == Missing::made    ? call.open()
                                 : missing == Missing::error ? call.attach()
                                                             : call.find();
    return body(cache ? &*cache : nullptr);
}

/// For what a server does not have: codecs, ids, clocks.
template <class Store>
inline constexpr bool kIsCache = std::is_same_v<std::remove_const_t<Store>, Cache>;

}  // namespace dummycache::cli
