// SPDX-License-Identifier: MIT
// Reading the journal, beside those who write it. Nothing that stands there is trusted.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "store/layout/attachment.hpp"
#include "store/layout/journal.hpp"

namespace dummycache::store {

/// An event as it was noted.
struct NotedEvent {
    std::uint64_t number = 0;
    std::uint64_t when_us = 0;  ///< boot clock
    std::uint8_t call = 0;      ///< layout::Call, or a number that damage has made
    std::uint8_t outcome = 0;   ///< layout::Outcome, likewise
    std::uint32_t client = layout::kNoClient;
    std::uint64_t era = 0;  ///< its last 20 bits
    std::uint64_t key_hash = 0;
    std::uint64_t key_bytes = 0;
    std::uint64_t value_bytes = 0;
    std::string key;  ///< its first bytes
};

/// A cursor in the journal. One thread at a time.
class JournalReader {
public:
    enum class From : std::uint8_t { now, oldest };
    /// The journal's region must have memory (Segment::has_journal).
    JournalReader(const Memory& memory, From from) noexcept;

    /// The next event; nothing if there is none yet. An event that its writer does not finish within 20 ms is lost. About
    /// 50 ns.
    [[nodiscard]] std::optional<NotedEvent> next();
    /// How many events were overwritten before they could be read, or were never finished, so far.
    [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }
    /// Goes on with the event of this number, unless it is forgotten.
    void begin_at(std::uint64_t number) noexcept { next_ = std::max(number, next_); }
    /// How many events have been begun since the cache was made.
    [[nodiscard]] std::uint64_t head() const noexcept {
        return memory_.journal->head.next.load(std::memory_order_acquire);
    }

private:
    enum class Slot : std::uint8_t { whole, unfinished, overwritten, damaged };
    [[nodiscard]] Slot read_slot(NotedEvent& event) const;
    [[nodiscard]] bool has_waited_enough() noexcept;
    void skip(std::uint64_t events) noexcept;

    const Memory& memory_;
    std::uint64_t size_;
    std::uint64_t next_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t waits_since_us_ = 0;  ///< for event next_; 0: it does not
};

}  // namespace dummycache::store
