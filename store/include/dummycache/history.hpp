// SPDX-License-Identifier: MIT
// Who wrote an entry and when, and why a key is not there.
#pragma once

#include "dummycache/detail/language.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dummycache/cache.hpp"

namespace dummycache {

/// A program that writes to a cache or wrote to it, or one load of a snapshot. A cache remembers the last 1,023 of
/// them; 512 if its capacity is below 8 MiB, 256 below 2 MiB. If it forgets one, what that one wrote has no known writer.
struct Client {
    std::string program;    ///< "pytest", "python manage.py runserver"; of a load, the name of the snapshot
    std::string name;       ///< Options::client_name; may be empty
    std::uint32_t pid = 0;  ///< in its own pid namespace
    std::uint32_t uid = 0;
    bool is_load = false;
    bool is_attached = false;  ///< it uses the cache now

    /// "pytest[gw1] 812". Bytes that are no printable text are escaped.
    [[nodiscard]] std::string text() const;
};

/// Who wrote an entry, and how long ago. A time is right to within a second, or a thirtieth of itself if that is more.
struct Written {
    std::optional<Client> by;  ///< empty: not known
    /// Of the machine's clock, which no test moves. Empty: not known.
    std::optional<std::chrono::milliseconds> ago;

    /// "set", or "loaded".
    [[nodiscard]] std::string_view verb() const noexcept { return by && by->is_load ? "loaded" : "set"; }
    /// What comes behind it: "3m12s ago by pytest[gw1] 812"; "3m12s ago from users.jsonl by pid 812"; "at a time and by a
    /// program that are not known".
    [[nodiscard]] std::string text() const;
};

/// What is remembered of a cache's clients, as it was when this object was made.
///
/// Any thread may use it. Making one costs about 0.1 ms; written() 1 us. The cache may change meanwhile. Of an entry that
/// was written later the client may not be known to it.
class History {
public:
    /// Throws ErrorCode::removed.
    explicit History(const Cache& cache);

    /// Of an entry that visit, peek or get_entry has shown.
    [[nodiscard]] Written written(std::string_view key, EntryId id, std::uint32_t writer) const;
    /// Those that are remembered, in the order of their numbers.
    [[nodiscard]] std::vector<Client> clients() const;

private:
    struct Known {
        std::uint64_t since_era;
        Client client;
    };
    Cache cache_;
    std::vector<std::optional<Known>> known_;  ///< by number
};

/// Why a key is there or not.
enum class Fate : std::uint8_t {
    present,
    deleted,    ///< by erase or take
    timed_out,  ///< set or touched with a timeout of 0 or less
    expired,
    evicted,  ///< the cache was full
    cleared,
    rolled_back,  ///< it was written after a checkpoint to which the cache went back
    replaced,     ///< by a load, which takes away what it does not bring
    not_written,  ///< since the cache was made, or cleared
    unknown       ///< removals so long ago are forgotten
};

[[nodiscard]] constexpr std::string_view name_of(Fate fate) noexcept {
    switch (fate) {
        case Fate::present: return "present";
        case Fate::deleted: return "deleted";
        case Fate::timed_out: return "timed_out";
        case Fate::expired: return "expired";
        case Fate::evicted: return "evicted";
        case Fate::cleared: return "cleared";
        case Fate::rolled_back: return "rolled_back";
        case Fate::replaced: return "replaced";
        case Fate::not_written: return "not_written";
        case Fate::unknown: break;
    }
    return "unknown";
}

/// What is known of one key.
struct Explanation {
    Fate fate = Fate::unknown;
    /// Since it went away; of an expired key in the cache's time. For not_written: since the last clear, or load that
    /// replaced all. What was there before, nobody remembers. Empty: since the cache was made.
    std::optional<std::chrono::milliseconds> ago;
    std::optional<Client> by;                  ///< who made it go away, or cleared; not for `expired`
    std::optional<Written> written;            ///< of the entry that is there, or went away
    std::chrono::microseconds ttl = kForever;  ///< that is left
    /// From its writing to its deadline, about; empty if it has none, or if the cache's clock was moved meanwhile.
    std::optional<std::chrono::milliseconds> lifetime;
    /// Whether the cache's clock was moved since it was written. Then `ago` of an expired key is not of the machine's time.
    bool clock_was_moved = false;
    /// How long ago the cache was made, or if it does not know all removals since, how far it does.
    std::chrono::milliseconds known_back{0};
    std::uint64_t capacity_bytes = 0;  ///< of the cache
    /// Memory that the cache has: if it evicts with less than its capacity, the system had no more.
    std::uint64_t committed_bytes = 0;

    /// One sentence without its subject: "expired 3.2s ago (set 63.2s ago by celery[w1] 812, to live 60s)".
    [[nodiscard]] std::string text() const;
};

/// Why the key is there or not. Knows the last removals of all keys: about 1,000, from a capacity of 4 MiB on 4,000, from
/// 64 MiB on 8,000. Does not count as a use. Any thread of any process may call it. Locks the key's shard for some
/// microseconds. Throws ErrorCode::busy, ErrorCode::removed. Nothing is left if the process dies inside.
[[nodiscard]] Explanation why(const Cache& cache, std::string_view key);

/// A key that is there and may be the one that was meant.
struct NearKey {
    std::string key;
    std::string difference;  ///< "differs by case", "has the prefix ':1:'", ...
};

/// Keys that differ from `key` by case, blanks, separators, zeros before a number, or a prefix; at most `limit`. Visits all
/// keys: about 20 ms for 100,000. Throws as Cache::visit does.
[[nodiscard]] std::vector<NearKey> near_keys(const Cache& cache, std::string_view key, std::size_t limit = 5);

/// A cache in shared memory other than the one that was asked.
struct OtherCache {
    std::string name;         ///< as in ListedCache
    bool is_readable = true;  ///< false: another user's, of the same name, into which nobody has looked
    Written written;          ///< of the key's entry
};

/// Caches of this user that have the key, and caches of other users with the same name as this one. Only looks: it
/// is no process of any of them, and none counts as used. About 1 ms for each cache of the user.
[[nodiscard]] std::vector<OtherCache> other_caches_with(const Cache& cache, std::string_view key);

}  // namespace dummycache
