// SPDX-License-Identifier: MIT
// Keys of whose changes the server has to be told, though nobody changed them through the server: local processes set and
// delete, entries expire and are evicted, a clear or a rollback changes all at once.
//
//   WATCH k, or a read by a client that tracks  -->  noted: k and the id of its entry
//   ten times a second, and before EXEC         -->  if the id is another one: the server is told, and tells its clients
//
// Everything here is for the main thread.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <dummycache/cache.hpp>

#include "tools/redis/api.hpp"
#include "tools/redis/keyspaces.hpp"
#include "tools/redis/settings.hpp"

namespace dummycache::redis {

class NotedKeys {
public:
    NotedKeys(const Settings& settings, Caches& caches) : settings_(settings), caches_(caches) {}

    /// Notes the key of a cache as it is now. If it has changed since it was noted before, the server is told first. Of
    /// more than 100,000 keys the oldest are forgotten, and the server is told that they changed.
    void note(Context* context, int slot, std::string_view key);
    /// The same in every cache that is attached.
    void note_everywhere(Context* context, std::string_view key);
    /// The server was told of a change: the next one that counts begins here.
    void forget(int slot, std::string_view key);
    /// Tells the server of keys that changed, of the newest so many. About 0.2 us for a key that did not.
    void tell(Context* context, std::size_t most);
    [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }

private:
    struct Noted {
        int slot;
        std::string key;
        std::optional<EntryId> id;  ///< empty: there was none
    };
    using Place = std::list<Noted>::iterator;
    [[nodiscard]] static std::string name_of(int slot, std::string_view key);
    /// Tells the server if the key has changed.
    void look(Context* context, Noted& noted);
    void say(Context* context, const Noted& noted);

    const Settings& settings_;
    Caches& caches_;
    std::list<Noted> keys_;  ///< the newest first
    std::unordered_map<std::string, Place> places_;
};

}  // namespace dummycache::redis
