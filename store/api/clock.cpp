// SPDX-License-Identifier: MIT
// The public side of the clock word, which ipc/cache_clock.hpp describes.
#include "dummycache/clock.hpp"

#include <atomic>

#include "dummycache/text.hpp"
#include "ipc/cache_clock.hpp"
#include "ipc/machine_clock.hpp"
#include "store/api/on_attachment.hpp"
#include "store/history/removals.hpp"
#include "store/shard/shard_guard.hpp"
#include "store/shard/watch.hpp"

namespace dummycache {

namespace {

using std::chrono::microseconds;

ipc::CacheClock clock_of(store::Attachment& attachment) {
    store::check_not_removed(attachment, "clock");
    return ipc::CacheClock(attachment.memory.superblock->clock);
}

/// Wakes all waiting calls. Each sleeps until a deadline that it computed from the old time.
void wake_all(const store::Memory& memory) noexcept {
    // The clock word is stored before this looks for waiting calls. A waiting call announces itself before
    // it looks at the clock.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    for (std::uint32_t i = 0; i < memory.shard_count; ++i) store::wake_waiters(memory.shards[i]);
}

/// Changes the clock, unless `change` returns false.
template <class Change>
bool change_clock(const Cache& cache, Change change) {
    return store::on_attachment(cache, [change](store::Attachment& attachment) {
        ipc::CacheClock clock = clock_of(attachment);
        if (!change(clock)) return false;
        store::note_clock_moved(attachment.memory);
        wake_all(attachment.memory);
        return true;
    });
}

[[noreturn]] void refuse_negative(const char* what, const char* advice) {
    throw Error(ErrorCode::invalid_argument, std::string("clock: ") + what + " is negative; " + advice);
}

[[noreturn]] void refuse_late(const char* what, microseconds time) {
    throw Error(ErrorCode::invalid_argument,
                std::string("clock: ") + what + " " + text::seconds(time) +
                    " s is past the latest time of a cache, " +
                    text::seconds(microseconds(ipc::CacheClock::kLatest)) +
                    " s (about 1,100 years); the clock stays as it is, give less");
}

std::uint64_t unsigned_of(microseconds time) noexcept { return static_cast<std::uint64_t>(time.count()); }

}  // namespace

ClockReading Clock::read() const {
    return store::on_attachment(cache_, [](store::Attachment& attachment) {
        const ipc::ClockReading reading = clock_of(attachment).read();
        return ClockReading{microseconds(reading.now_us), microseconds(reading.offset_us), reading.frozen,
                            microseconds(ipc::process_ahead_us())};
    });
}

void Clock::freeze() {
    change_clock(cache_, [](ipc::CacheClock& clock) {
        clock.freeze();
        return true;
    });
}

void Clock::resume() {
    change_clock(cache_, [](ipc::CacheClock& clock) {
        clock.resume();
        return true;
    });
}

void Clock::advance(microseconds by) {
    if (by < by.zero()) refuse_negative("a step", "advance never goes back, set does if it is allowed to");
    const bool done =
        change_clock(cache_, [by](ipc::CacheClock& clock) { return clock.advance(unsigned_of(by)); });
    if (!done) refuse_late("a step of", by);
}

void Clock::set(microseconds time, Backwards backwards) {
    if (time < time.zero()) refuse_negative("a time", "the time of a cache begins at 0");
    if (unsigned_of(time) > ipc::CacheClock::kLatest) refuse_late("the time", time);
    const bool done = change_clock(cache_, [time, backwards](ipc::CacheClock& clock) {
        if (backwards == Backwards::refuse) return clock.set_unless_back(unsigned_of(time));
        clock.set(unsigned_of(time));
        return true;
    });
    if (!done) {
        throw Error(ErrorCode::invalid_argument, "clock: " + text::seconds(time) +
                                                     " s is in the past, it is " + text::seconds(now()) +
                                                     " s; allow a step back with Backwards::allow");
    }
}

}  // namespace dummycache
