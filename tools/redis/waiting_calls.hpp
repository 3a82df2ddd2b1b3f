// SPDX-License-Identifier: MIT
// Calls whose clients wait: until another process lets go of a lock, or until a list has an element.
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

/// Keeps the calls, and tries each of them again and again, without waiting. The server's thread does it, by a timer: between two tries it
/// serves other clients. The server does not unload the module while a client of it is blocked. Everything here is for the main thread.
class WaitingCalls {
public:
    using Clock = std::chrono::steady_clock;
    /// Runs the command and replies. False, or ErrorCode::busy if the cache is locked: not yet.
    using Attempt = std::function<bool(Context*, String** argv, int argc, Cache&)>;

    WaitingCalls(const Settings& settings, const Caches& caches) : settings_(settings), caches_(caches) {}

    /// Whether the client of this call can wait. Not in a script or transaction, and not the link to a master.
    [[nodiscard]] static bool can_wait(Context* context) noexcept;
    /// Blocks the client. The call gets its reply when the lock of that database's cache is free; after five seconds, BUSY. To be called if
    /// nothing was done yet.
    int until_unlocked(Context* context, String** argv, int argc, int db, Attempt attempt);
    /// Blocks the client of a command that waits for data, until an attempt is true, for so long at most; zero: for ever. Then the reply is
    /// that no data came.
    int until_data(Context* context, String** argv, int argc, int db, Attempt attempt,
                   std::chrono::milliseconds most);

private:
    struct Call {
        BlockedClient* client;
        std::vector<String*> arguments;
        int db;
        Attempt attempt;
        Clock::duration pace;  ///< between two tries
        Clock::time_point next, end;
        bool is_over = false;  ///< the client has gone, or got its reply from the server
    };
    static void look(Context* context, void* self) noexcept;
    static int has_timed_out(Context* context, String** argv, int argc) noexcept;
    static void has_gone(Context* context, BlockedClient* client) noexcept;
    int add(Context* context, Call call);
    void set_timer(Context* context);
    /// Whether it has replied.
    bool try_again(Call& call) noexcept;
    void end(BlockedClient* client) noexcept;
    Cache& cache_of(int db);

    const Settings& settings_;
    const Caches& caches_;
    std::list<Call> calls_;
    std::map<int, Cache> handles_;  ///< handles that do not wait; attached while there are calls
};

}  // namespace dummycache::redis
