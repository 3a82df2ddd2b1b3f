// SPDX-License-Identifier: MIT
// A key-value store on a Redis server or cluster, with the calls and the semantics of Cache.
#pragma once

#include "dummycache/detail/language.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "dummycache/detail/views.hpp"
#include "dummycache/entry.hpp"
#include "dummycache/error.hpp"
#include "dummycache/timeout.hpp"

namespace dummycache {

namespace remote {
class Router;
}

struct RemoteOptions {
    /// How long a connection to one server may take. Looking a host's name up is not part of it.
    std::chrono::milliseconds connect_timeout{1000};
    /// How long one batch of commands may take, with all that is repeated: redirections of a cluster,
    /// a server that is loading, a node that fails over.
    std::chrono::milliseconds command_timeout{2000};
    /// Commands on their way before their answers are awaited: the size of a batch in calls for many
    /// keys. 1 or more; what is in a batch is held in memory.
    std::size_t batch = 1000;
    /// Connections to each server that are kept between calls.
    std::size_t idle_connections = 8;
};

/// An entry on a server as visit shows it. The views are valid during the visit only.
struct RemoteEntry {
    std::string_view key;
    std::string_view value;                    ///< empty if the type is not "string"
    std::chrono::microseconds ttl = kForever;  ///< remaining, in whole milliseconds
    std::string_view type = "string";          ///< as the server calls it: "hash", "list", ...
};

/// A handle on a Redis server or cluster (Redis 6.2 or later).
///
/// Handles are cheap to copy; copies share their connections. Any number of threads may use a handle at
/// once: each call takes a connection for itself. A child made by fork() gets connections of its own,
/// if no other thread was inside a call when it was made. Whoever can reach the server shares it.
///
/// What every call promises:
///  - Absence is an empty std::optional or `false`. Everything else that goes wrong is a
///    dummycache::Error with a code and a one-line message: `unreachable` (nobody answers),
///    `uncertain` (see below), `no_permission` (password, ACL), `wrong_kind` (the key holds a hash, a
///    list, ...), `full` (the server's memory limit), `remote` (whatever else the server refuses).
///  - A call returns or throws after connect_timeout + command_timeout, for each batch that it needs.
///  - A connection that was closed while idle is replaced without a word. If one breaks while a command
///    is under way, a read is sent once more. A write that the server may have carried out is not: it
///    throws ErrorCode::uncertain, and the caller looks whether it was done.
///  - In a cluster each key goes to the node that serves it, also while slots move or a replica takes
///    over; keys of a dead node throw `unreachable` when command_timeout is over, other keys go on.
///  - Keys are 1 to 65,535 bytes, any bytes; values up to 512 MiB, any bytes.
///  - A timeout is rounded up to a whole millisecond.
///
/// A single key costs a round trip, about 15 us to a socket on one machine; a batch of many keys costs one
/// for all, and about 1 us a key, in a cluster to each node at the same time. What a process that dies
/// leaves behind is what the server has received of it.
class Remote {
public:
    /// Connects: `redis://[USER[:PASSWORD]@]HOST[:PORT][/DB]`, or `unix://[USER[:PASSWORD]@]/PATH[?db=N]`
    /// for a socket. `%XX` in USER and PASSWORD is a byte. A server that is a node of a cluster stands for
    /// the whole cluster. Throws invalid_argument (address), unreachable, no_permission.
    static Remote connect(std::string_view address, const RemoteOptions& options = {});

    /// Whether the text is meant as an address for connect, and not as the name of a cache.
    [[nodiscard]] static bool is_address(std::string_view text) noexcept;

    /// The address without user and password, for messages.
    [[nodiscard]] const std::string& address() const noexcept;

    // ---- one key: a round trip each ------------------------------------------------------------

    /// Stores `value` under `key`, in place of what was there, of whatever type. A timeout of zero or less
    /// stores nothing, deletes what was there and returns false; otherwise true.
    bool set(std::string_view key, std::string_view value, Timeout timeout = {});

    [[nodiscard]] std::optional<std::string> get(std::string_view key) const;

    /// Reads into `value`; false if the key is absent (`value` is then undefined).
    bool get(std::string_view key, std::string& value) const;

    /// set, but only if the key is absent; says whether it stored. A live key stays as it is, whatever
    /// the timeout; an absent one with a timeout of zero or less stays absent.
    bool add(std::string_view key, std::string_view value, Timeout timeout = {});

    /// set, but only if the key is there; says whether it was. A timeout of zero or less deletes.
    bool replace(std::string_view key, std::string_view value, Timeout timeout = {});

    bool erase(std::string_view key);

    [[nodiscard]] bool contains(std::string_view key) const;

    /// Gives the key a new timeout; says whether it was there. A timeout of zero or less deletes.
    bool touch(std::string_view key, Timeout timeout);

    bool persist(std::string_view key);

    /// The remaining life: more than zero, or kForever; empty if the key is absent.
    [[nodiscard]] std::optional<std::chrono::microseconds> ttl(std::string_view key) const;

    /// Adds to a decimal int64 and returns the sum; an absent key counts as 0 and lives for ever, a present
    /// one keeps its deadline. Atomic between all clients. Throws wrong_kind if the value is no int64 in plain
    /// decimal digits (for a server a leading zero is none), or if the sum would overflow.
    std::int64_t incr(std::string_view key, std::int64_t delta = 1);
    std::int64_t decr(std::string_view key, std::int64_t delta = 1);

    /// Appends to the value and returns the new size; an absent key counts as empty and lives for ever.
    std::size_t append(std::string_view key, std::string_view suffix);

    /// Deletes the key and returns the value it had, as one step.
    std::optional<std::string> take(std::string_view key);

    /// The value; if the key is absent, what `make()` returns, which is stored first. Callers that meet
    /// here, wherever they are, may each call make; all return the value that was stored first.
    template <class Make>
        requires std::is_invocable_r_v<std::string, Make> std::string get_or_set(std::string_view key,
                                                                                 Make&& make,
                                                                                 Timeout timeout = {}) {
            if (auto value = get(key)) return *std::move(value);
            const std::string made = std::forward<Make>(make)();
            return get_or_set(key, std::string_view(made), timeout);
        }
    std::string get_or_set(std::string_view key, std::string_view value, Timeout timeout = {});

    // ---- many keys: a round trip for each batch (each key by itself: not one step) ---------------

    /// The values in the order of the keys. `keys` is any range of string-like things.
    [[nodiscard]] std::vector<std::optional<std::string>> get_many(
        std::span<const std::string_view> keys) const;
    [[nodiscard]] std::vector<std::optional<std::string>> get_many(
        std::initializer_list<std::string_view> keys) const {
        return get_many(std::span(keys.begin(), keys.size()));
    }
    template <class Keys>
    [[nodiscard]] std::vector<std::optional<std::string>> get_many(const Keys& keys) const {
        return get_many(std::span<const std::string_view>(detail::key_views(keys)));
    }

    /// Sets pairs of key and value; returns how many were stored. An error leaves those before it stored,
    /// and others of the same batch perhaps.
    std::size_t set_many(std::span<const std::pair<std::string_view, std::string_view>> pairs,
                         Timeout timeout = {});
    std::size_t set_many(std::initializer_list<std::pair<std::string_view, std::string_view>> pairs,
                         Timeout timeout = {}) {
        return set_many(std::span(pairs.begin(), pairs.size()), timeout);
    }
    template <class Pairs>
    std::size_t set_many(const Pairs& pairs, Timeout timeout = {}) {
        const auto views = detail::pair_views(pairs);
        return set_many(std::span<const std::pair<std::string_view, std::string_view>>(views), timeout);
    }

    /// set_many with a remaining time for each entry; `type` is not looked at.
    std::size_t set_entries(std::span<const RemoteEntry> entries);

    /// Deletes keys; returns how many were there.
    std::size_t erase_many(std::span<const std::string_view> keys);
    std::size_t erase_many(std::initializer_list<std::string_view> keys) {
        return erase_many(std::span(keys.begin(), keys.size()));
    }
    template <class Keys>
    std::size_t erase_many(const Keys& keys) {
        return erase_many(std::span<const std::string_view>(detail::key_views(keys)));
    }

    // ---- all keys -------------------------------------------------------------------------------

    /// Deletes the keys that match a glob (as Cache::erase_if), of whatever type; returns how many. Not
    /// one moment: a key that is written meanwhile may go or stay. Looks at every key of the server
    /// (about a second a million).
    std::size_t erase_if(std::string_view glob);

    /// Deletes everything in the database, in a cluster on one node after the other.
    void clear();

    /// Calls `visitor` for each key that matches, once, in no particular order, until it returns false.
    /// Keys that are there from the begin to the end are visited, others perhaps; while slots of a cluster
    /// move, one may be missed. Keeps all keys in memory.
    void visit_keys(std::string_view glob, const std::function<bool(std::string_view)>& visitor) const;

    /// visit_keys, with value and remaining time. Value and time are read one after the other: a writer
    /// that comes between them makes a pair of the old value and the new time.
    void visit(std::string_view glob, const std::function<bool(const RemoteEntry&)>& visitor) const;

    /// The number of keys in the database, of whatever type.
    [[nodiscard]] std::uint64_t size() const;

private:
    explicit Remote(std::shared_ptr<remote::Router> router) noexcept : router_(std::move(router)) {}

    std::shared_ptr<remote::Router> router_;
};

}  // namespace dummycache
