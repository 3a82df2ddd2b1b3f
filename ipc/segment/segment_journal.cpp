// SPDX-License-Identifier: MIT
// Memory for the journal of events, on demand.
#include <unistd.h>

#include "ipc/machine_clock.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

bool Segment::reserve_journal() noexcept {
    if (name_.kind == Kind::private_memory) return true;
    constexpr std::int64_t kPauseMs = 1000;
    const std::int64_t now = coarse_ms();
    if (now < journal_state_.load(std::memory_order_relaxed)) return false;
    int error = 0;
    Reserved reserved = Reserved::no_space;
    try {
        const std::uint64_t bytes = identity_.segment_bytes - arena_end();
        reserved = with_descriptor([&](int file) { return reserve(file, arena_end(), bytes, error); });
        if (reserved == Reserved::yes && name_.kind == Kind::file)
            reserved = prepare_writes(base_ + arena_end(), bytes, error);
    } catch (...) {  // no descriptor is free
    }
    journal_state_.store(reserved == Reserved::yes ? kHasJournal : now + kPauseMs, std::memory_order_relaxed);
    return reserved == Reserved::yes;
}

bool Segment::journal_is_used() const noexcept {
    if (took_journal() || name_.kind == Kind::private_memory) return true;
    try {
        // Its first page holds the number of its events. Memory that is only reserved is a hole.
        return with_descriptor([&](int file) {
            const auto begin = static_cast<off_t>(arena_end());
            return ::lseek(file, begin, SEEK_DATA) == begin;
        });
    } catch (...) {
        return false;  // no descriptor is free
    }
}

}  // namespace dummycache::ipc
