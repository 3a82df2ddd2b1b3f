// SPDX-License-Identifier: MIT
// A keyspace is the set of keys of one database. With a takeover it has two parts: the strings are in a cache, and
// all other keys in the server. This file says which cache a database has; server_keyspace.hpp is the other part.
//
// A client of the server sees each key in one part only: a command looks into both before it makes a key. Local
// processes do not know the server's part. Where one of them sets a key that the server has as a list, the string
// in the cache comes first.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <dummycache/cache.hpp>

#include "tools/redis/api.hpp"
#include "tools/redis/settings.hpp"

namespace dummycache::redis {

/// The caches of the databases. Each is attached at its first use. If it is removed, its handle opens a new one.
class Caches {
public:
    explicit Caches(const Settings& settings) : settings_(settings) {}

    /// The cache of a database. With `takeover all` database 1 has the cache NAME.db1, and so on. In all other cases
    /// there is one cache only, NAME. The DC commands use the cache of database 0.
    Cache& of_db(int db) { return of_slot(slot_of(db)); }
    /// A database's slot is the number that its cache has here: several databases may have one.
    [[nodiscard]] int slot_of(int db) const noexcept {
        return settings_.takeover.kind == Takeover::Kind::all ? db : 0;
    }
    Cache& of_slot(int slot) {
        last_ = &at_slot(slot).cache;
        return *last_;
    }
    /// The slots of the caches that are attached.
    [[nodiscard]] std::vector<int> attached() const;
    /// The databases whose strings are in the cache of this slot; some may not exist.
    [[nodiscard]] std::vector<int> databases_of(int slot) const;
    [[nodiscard]] std::string name_of_db(int db) const;
    /// Whether one of the attached caches has the key.
    [[nodiscard]] bool may_have(std::string_view key) const;
    /// A command on this key comes soon, in the database that was used last; in another one this is in vain.
    void expect(std::string_view key) const noexcept {
        if (last_ != nullptr) last_->prefetch(key);
    }
    /// The next use of each attaches it again.
    void forget_all() {
        attached_.clear();
        first_ = nullptr;
        last_ = nullptr;
    }
    /// Writes into the server's log, once each: that the cache of the database was removed and is a new one, and that its
    /// capacity is not that of the settings.
    void log_news(Context* context, int db) noexcept {
        const int slot = slot_of(db);
        const Attached* const known = slot == 0 ? first_ : found(slot);
        if (known == nullptr || (known->is_logged && known->reopened == known->cache.reopened())) return;
        log_state(context, slot);
    }
    /// The databases that have a cache now.
    [[nodiscard]] std::set<int> databases() const;

private:
    struct Attached {
        Cache cache;
        bool is_logged = false;
        std::uint64_t reopened = 0;  ///< of the handle, when it was logged
    };

    const Settings& settings_;
    Attached& at_slot(int slot) { return slot == 0 && first_ != nullptr ? *first_ : attach(slot); }
    Attached& attach(int slot);
    [[nodiscard]] const Attached* found(int slot) const;
    void log_state(Context* context, int slot) noexcept;

    std::map<int, Attached> attached_;
    Attached* first_ = nullptr;  ///< of database 0, if it is attached
    Cache* last_ = nullptr;      ///< used last; null if none is attached
};

}  // namespace dummycache::redis
