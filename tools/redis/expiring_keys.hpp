// SPDX-License-Identifier: MIT
// The event `expired`. A cache tells nobody that an entry has expired, so the module looks at it when its time is over.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "tools/redis/api.hpp"
#include "tools/redis/keyspaces.hpp"

namespace dummycache::redis {

/// Keys that got a time to live through the server, while somebody listens to `expired`; 100,000 at most. For the main
/// thread.
class ExpiringKeys {
public:
    explicit ExpiringKeys(Caches& caches) : caches_(caches) {}

    /// Looks at the remaining time of a key that was changed, if anybody listens.
    void note(int slot, std::string_view key);
    /// Sends the event for each key that has expired since.
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
    std::multimap<Clock::time_point, Name> due_;
    std::map<Name, decltype(due_)::iterator> places_;
    std::map<int, std::chrono::microseconds> offsets_;  ///< of the caches' clocks, by slot
};

}  // namespace dummycache::redis
