// SPDX-License-Identifier: MIT
// What happens in a cache, call by call, in all its processes.
#pragma once

#include "dummycache/detail/language.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dummycache/cache.hpp"
#include "dummycache/history.hpp"

namespace dummycache {

/// A call of a program, or what the cache did to an entry to make room.
struct Event {
    std::chrono::system_clock::time_point at;
    /// "get", "contains", "set", "add", "replace", "set_if", "fill" (of a lease), "erase", "take", "touch", "persist", "incr",
    /// "decr", "append"; of the whole cache "clear", "rollback", "load"; "reclaim" is no call: a writer needed room.
    std::string_view call;
    /// "hit", "miss", "stored", "refused" (its condition did not hold), "full", "deleted", "timed_out" (written with a
    /// timeout of 0 or less), "expired", "evicted", "cleared", "rolled_back".
    std::string_view outcome;
    std::string key;  ///< its first 80 bytes; none of an entry that goes with a key above 8 KiB
    std::uint64_t key_bytes =
        0;  ///< of the whole key; 0: the event is not about one key, or the key is not known
    std::uint64_t key_hash = 0;  ///< the same key has the same one
    std::uint64_t value_bytes = 0;
    std::uint64_t entries = 0;     ///< of an event of the whole cache: how many it concerned
    std::optional<Client> client;  ///< who called; of "reclaim" the writer. Empty: not known

    [[nodiscard]] bool is_of_whole_cache() const noexcept {
        return call == "clear" || call == "rollback" || call == "load";
    }
};

/// All words that Event::call and Event::outcome may be. A damaged event has "?" instead.
[[nodiscard]] std::span<const std::string_view> event_calls() noexcept;
[[nodiscard]] std::span<const std::string_view> event_outcomes() noexcept;

/// The journal keeps the last events, 2,000 to 131,072 by the cache's capacity (capacity / 2048). Its memory, 128 bytes an event, is taken
/// from the system when somebody first asks for it, is no part of the capacity, and goes back when the last process leaves.
enum class JournalState : std::uint8_t {
    off,
    watched,  ///< on as long as an EventStream is read
    on        ///< until it is switched off
};

struct JournalInfo {
    JournalState state = JournalState::off;
    std::uint64_t room = 0;    ///< how many events it keeps
    std::uint64_t noted = 0;   ///< so far
    std::uint64_t memory = 0;  ///< bytes; 0: none was taken yet
};

/// Any thread of any process. Takes no lock. With `on` false, it stays on while somebody watches. Throws ErrorCode::full if
/// the system has no memory for it, ErrorCode::removed.
void switch_journal(Cache& cache, bool on);
[[nodiscard]] JournalInfo journal_info(const Cache& cache);

/// Reads events as they happen, in the order in which they ended.
///
/// While it is read at least once a second, all processes note their events: a get takes 60 ns more, and no call waits. If
/// it falls behind, the oldest events are lost, and lost() says how many. If its process dies, noting ends within two seconds.
/// One thread at a time.
class EventStream {
public:
    enum class From : std::uint8_t {
        now,    ///< events from now on
        oldest  ///< first those that the journal still has
    };
    /// Throws ErrorCode::full if the system has no memory for the journal, ErrorCode::removed.
    explicit EventStream(const Cache& cache, From from = From::now);
    ~EventStream();
    EventStream(EventStream&&) noexcept;
    EventStream& operator=(EventStream&&) noexcept;

    /// Calls `visit` for each event that is there, `limit` at most. Returns their number. About 0.2 us an event. What
    /// `visit` throws ends it. Throws ErrorCode::removed.
    std::size_t read(const std::function<void(const Event&)>& visit, std::size_t limit = 4096);
    /// How many events were lost so far, because they were not read in time or their writers died.
    [[nodiscard]] std::uint64_t lost() const noexcept;
    /// For how long, so far, no events were noted, because this stream was not read for two seconds and nobody else watched. 0: never.
    [[nodiscard]] std::chrono::milliseconds unwatched() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The last events that the journal has, the oldest first; 0: all. Switches nothing on. Throws ErrorCode::removed.
void read_journal(const Cache& cache, std::size_t last, const std::function<void(const Event&)>& visit);

}  // namespace dummycache
