// SPDX-License-Identifier: MIT
// A cache's time: looked at, stopped, moved.
//
// Deadlines are instants of the cache's own time, the same for every process. It begins near one second
// when the cache is made and goes on with the machine's boot clock, also while the machine sleeps. A test
// need not sleep: it freezes the clock, or moves it.
#pragma once

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
};

/// The clock of a cache. Handles are cheap to copy and keep the cache attached.
///
/// Any thread of any process may call anything here. Mode and time are one word of the segment, so each
/// change is one step, seen at once by every attached process, and lost by no death: a process that is
/// killed inside has changed the clock or has not. Nothing here takes a lock or waits. Who waits for a
/// key that expires by a change is woken. A change costs about a microsecond, a look less than 0.1 us.
///
/// The cache keeps its clock, not the process: a clock that was frozen stays frozen when nobody is
/// attached, and that of a cache in a file when the machine is started again. Throws ErrorCode::removed
/// if the cache was removed.
class Clock {
public:
    explicit Clock(const Cache& cache) : cache_(cache) {}

    [[nodiscard]] ClockReading read() const;
    [[nodiscard]] std::chrono::microseconds now() const { return read().now; }
    [[nodiscard]] bool frozen() const { return read().frozen; }

    /// Stops the clock where it is, and until resume() nothing expires by itself. A frozen one stays as
    /// it is.
    void freeze();

    /// Lets a frozen clock go on from the time that it shows. A running one stays as it is.
    void resume();

    /// Moves the clock on, running or frozen; steps of several processes add up. Never goes back: throws
    /// ErrorCode::invalid_argument if `by` is negative. There is a latest instant, in about 1,100 years, at
    /// which it stops short.
    void advance(std::chrono::microseconds by);

    /// Sets the clock, which stays running or frozen. Throws ErrorCode::invalid_argument if `time` is
    /// negative, or in the past and that was not allowed; whether it is in the past is decided with the
    /// change, as one step. After a step back an entry that had expired is there again, unless its memory was
    /// reclaimed meanwhile. 0 is set as 1 us, what comes after the latest instant as that.
    void set(std::chrono::microseconds time, Backwards backwards = Backwards::refuse);

private:
    Cache cache_;
};

}  // namespace dummycache
