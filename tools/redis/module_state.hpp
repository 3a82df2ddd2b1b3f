// SPDX-License-Identifier: MIT
// The objects that live from the module's load to its unload.
#pragma once

#include <string_view>

#include "tools/redis/expiring_keys.hpp"
#include "tools/redis/keyspaces.hpp"
#include "tools/redis/noted_keys.hpp"
#include "tools/redis/plain_names.hpp"
#include "tools/redis/settings.hpp"
#include "tools/redis/slow_commands.hpp"
#include "tools/redis/waiting_calls.hpp"

namespace dummycache::redis {

/// There is one at a time. `state()` returns it.
struct ModuleState {
    ModuleState() noexcept;
    ~ModuleState();
    ModuleState(const ModuleState&) = delete;
    ModuleState& operator=(const ModuleState&) = delete;

    Settings settings;
    Caches caches{settings};
    NotedKeys watched{settings, caches};  ///< by WATCH
    NotedKeys tracked{settings, caches};  ///< read while clients track keys (CLIENT TRACKING)
    // What servers do not do alike with a time in the past. Valkey from 8.0 on:
    bool past_stores_nothing =
        false;                  ///< SET with such a time sends `set`, or only tells of the end of the old key
    bool past_expires = false;  ///< such a time sends `expired` (from 8.1 on), or `del`
    bool tracks = false;        ///< whether clients track keys
    std::uint64_t longest_string = std::uint64_t{512} << 20;  ///< the server's proto-max-bulk-len
    ExpiringKeys expiring{caches, tracks};
    PlainNames plain_names;
    SlowCommands slow_commands;
    WaitingCalls waiting_calls{settings, caches};
};
[[nodiscard]] ModuleState& state() noexcept;

/// Whether the cache has the strings of this database, or with this key.
[[nodiscard]] inline bool takes_db(int db) noexcept { return state().settings.takeover.takes_db(db); }
[[nodiscard]] inline bool takes_key(std::string_view key) noexcept {
    return state().settings.takeover.takes_key(key);
}

/// Tells the server which noted keys have changed.
void tell_of_changes(Context* context);
/// To be called after a change through the server, which was told of it: what the module has noted of the key is over.
void note_change(int db, std::string_view key);

}  // namespace dummycache::redis
