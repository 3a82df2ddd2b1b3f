// SPDX-License-Identifier: MIT
// Who listens to the event `expired`, or tracks all keys with a prefix (CLIENT TRACKING ON BCAST), wants to know of keys that nobody has
// read. A cache tells nobody that an entry has expired, so the module looks at it when its time is over.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "tools/redis/api.hpp"
#include "tools/redis/keyspaces.hpp"

namespace dummycache::redis {

/// Keys that got a time to live through the server, while somebody listens or clients track keys; 100,000 at most. For the main
/// thread.
class ExpiringKeys {
public:
    ExpiringKeys(Caches& caches, const bool& clients_track)
        : caches_(caches), clients_track_(clients_track) {}

    /// Looks at the remaining time of a key that was changed, if anybody wants to know.
    void note(int slot, std::string_view key);
    /// Tells of each key that has expired since.
    void tell(Context* context);

private:
    using Clock = std::chrono::steady_clock;
    using Name = std::pair<int, std::string>;  ///< slot and key
    void look_at(Context* context, const Name& name);
    void plan(const Name& name, std::chrono::microseconds ttl);
    void forget(const Name& name);
    /// Whether a cache's clock was moved since the last call.
    bool was_moved();

    Caches& caches_;
    const bool& clients_track_;
    std::multimap<Clock::time_point, Name> due_;
    std::map<Name, decltype(due_)::iterator> places_;
    std::map<int, std::chrono::microseconds> offsets_;  ///< of the caches' clocks, by slot
};

}  // namespace dummycache::redis
