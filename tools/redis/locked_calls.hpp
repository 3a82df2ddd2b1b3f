// SPDX-License-Identifier: MIT
// Calls whose clients wait until another process lets go of a lock.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <vector>

#include <dummycache/cache.hpp>

#include "tools/redis/api.hpp"
#include "tools/redis/keyspaces.hpp"
#include "tools/redis/settings.hpp"

namespace dummycache::redis {

/// Keeps the calls, and tries each of them every millisecond, without waiting. The server's thread does it, by a timer:
/// between two tries it serves other clients. The server does not
/// unload the module while a client of it is blocked. A call that still finds the lock taken after five seconds gets BUSY.
/// Everything here is for the main thread.
class LockedCalls {
public:
    /// Runs the command and replies, or throws ErrorCode::busy if the cache is locked.
    using Attempt = std::function<void(Context*, String** argv, int argc, Cache&)>;

    LockedCalls(const Settings& settings, const Caches& caches) : settings_(settings), caches_(caches) {}

    /// Whether the client of this call can wait. Not in a script or transaction, and not the link to a master.
    [[nodiscard]] static bool can_wait(Context* context) noexcept;
    /// Blocks the client. The call gets its reply when the lock of that database's cache is free. To be called if nothing
    /// was done yet.
    int add(Context* context, String** argv, int argc, int db, Attempt attempt);

private:
    struct Call {
        BlockedClient* client;
        std::vector<String*> arguments;
        int db;
        Attempt attempt;
        std::chrono::steady_clock::time_point end;
    };
    static void look(Context* context, void* self) noexcept;
    void set_timer(Context* context);
    /// Whether it has replied.
    bool try_again(Call& call) noexcept;
    Cache& cache_of(int db);

    const Settings& settings_;
    const Caches& caches_;
    std::list<Call> calls_;
    std::map<int, Cache> handles_;  ///< handles that do not wait; attached while there are calls
};

}  // namespace dummycache::redis
