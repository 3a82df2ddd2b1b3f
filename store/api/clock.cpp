// SPDX-License-Identifier: MIT
// The public side of the clock word, which ipc/cache_clock.hpp describes.
#include "dummycache/clock.hpp"

#include <atomic>

#include "dummycache/text.hpp"
#include "ipc/cache_clock.hpp"
#include "ipc/machine_clock.hpp"
#include "store/api/error_translation.hpp"
#include "store/shard/shard_guard.hpp"
#include "store/shard/watch.hpp"

namespace dummycache {

namespace {

using std::chrono::microseconds;

ipc::CacheClock clock_of(const Cache& cache) {
    const store::Attachment& attachment = cache.attachment();
    store::rethrow_as_error([&] { store::check_not_removed(attachment, "clock"); });
    return ipc::CacheClock(attachment.memory.superblock->clock);
}

/// Wakes all waiting calls. Each sleeps until a deadline that it computed from the old time.
void wake_all(const Cache& cache) noexcept {
    const store::Memory& memory = cache.attachment().memory;
    // The clock word is stored before this looks for waiting calls. A waiting call announces itself before
    // it looks at the clock.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    for (std::uint32_t i = 0; i < memory.shard_count; ++i) store::wake_waiters(memory.shards[i]);
}

[[noreturn]] void refuse_negative(const char* what, const char* advice) {
    throw Error(ErrorCode::invalid_argument, std::string("clock: ") + what + " is negative; " + advice);
}

std::uint64_t unsigned_of(microseconds time) noexcept { return static_cast<std::uint64_t>(time.count()); }

}  // namespace

ClockReading Clock::read() const {
    const ipc::ClockReading reading = clock_of(cache_).read();
    return {microseconds(reading.now_us), microseconds(reading.offset_us), reading.frozen,
            microseconds(ipc::process_ahead_us())};
}

void Clock::freeze() {
    clock_of(cache_).freeze();
    wake_all(cache_);
}

void Clock::resume() {
    clock_of(cache_).resume();
    wake_all(cache_);
}

void Clock::advance(microseconds by) {
    if (by < by.zero()) refuse_negative("a step", "advance never goes back, set does if it is allowed to");
    clock_of(cache_).advance(unsigned_of(by));
    wake_all(cache_);
}

void Clock::set(microseconds time, Backwards backwards) {
    if (time < time.zero()) refuse_negative("a time", "the time of a cache begins at 0");
    ipc::CacheClock clock = clock_of(cache_);
    if (backwards == Backwards::allow) {
        clock.set(unsigned_of(time));
    } else if (!clock.set_unless_back(unsigned_of(time))) {
        throw Error(ErrorCode::invalid_argument, "clock: " + text::seconds(time) +
                                                     " s is in the past, it is " + text::seconds(now()) +
                                                     " s; allow a step back with Backwards::allow");
    }
    wake_all(cache_);
}

}  // namespace dummycache
