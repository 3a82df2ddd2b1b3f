// SPDX-License-Identifier: MIT
// A cache's time: reading it, stopping it, moving it.
//
// Deadlines are instants of the cache's own time, which is the same for every process. It begins near one
// second when the cache is made, and goes on with the machine's boot clock, also while the machine sleeps.
// So a test need not sleep: it freezes or moves the clock.
#pragma once

#include "dummycache/detail/language.hpp"

#include <chrono>
#include <cstdint>

#include "dummycache/cache.hpp"

namespace dummycache {

/// What Clock::set does if the new time is in the past.
enum class Backwards : std::uint8_t {
    refuse,  ///< throw ErrorCode::invalid_argument
    allow,   ///< set it: deadlines are that much further away
};

/// What a clock shows at one moment.
struct ClockReading {
    std::chrono::microseconds now{};     ///< cache time
    std::chrono::microseconds offset{};  ///< how far it is ahead of the machine's boot clock
    bool frozen = false;
    /// How far the boot clock that this process sees is ahead of the machine's. Not 0 under libfaketime and in
    /// some time namespaces. The cache goes by the machine's clock, so this is no part of `now`.
    std::chrono::microseconds process_ahead{};
};

/// The clock of a cache. Handles are cheap to copy and keep the cache attached.
///
/// Any thread of any process may call anything here. Mode and time are one word of the segment. So each
/// change is one step, and every attached process sees it at once. No death loses it: a process that is
/// killed inside has changed the clock or has not. Nothing here takes a lock or waits. If a change makes a
/// key expire, the calls that wait for the key are woken. A change costs about a microsecond, a look less
/// than 0.1 us.
///
/// The machine's boot clock is asked from the kernel. A process whose own clock is faked (libfaketime, another
/// time namespace) has the same cache time as all others; ClockReading::process_ahead tells it. To move the
/// time of a test, move this clock.
///
/// The clock belongs to the cache and not to a process. A frozen clock stays frozen when no process is
/// attached; in a cache in a file also when the machine is started again. Throws ErrorCode::removed if the
/// cache was removed.
class Clock {
public:
    explicit Clock(const Cache& cache) : cache_(cache) {}

    [[nodiscard]] ClockReading read() const;
    [[nodiscard]] std::chrono::microseconds now() const { return read().now; }
    [[nodiscard]] bool frozen() const { return read().frozen; }

    /// Stops the clock at its present time. Until resume() nothing expires by itself. A frozen clock stays
    /// as it is.
    void freeze();

    /// Lets a frozen clock go on from the time that it shows. A running clock stays as it is.
    void resume();

    /// Moves the clock forward, whether it runs or is frozen. Steps of several processes add up. Throws
    /// ErrorCode::invalid_argument if `by` is negative, or leads past the latest time of a cache, which is about
    /// 1,100 years. The clock then stays as it is.
    void advance(std::chrono::microseconds by);

    /// Sets the clock, which stays running or frozen. Throws ErrorCode::invalid_argument if `time` is
    /// negative or past the latest time, or if it is in the past and `backwards` does not allow that. That check
    /// and the change are one step. After a step back an entry that had expired is visible again, unless its
    /// memory was reclaimed meanwhile. 0 is set as 1 us.
    void set(std::chrono::microseconds time, Backwards backwards = Backwards::refuse);

private:
    Cache cache_;
};

}  // namespace dummycache
