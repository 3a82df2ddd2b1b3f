// SPDX-License-Identifier: MIT
// Memory for the journal of events, on demand.
#include <chrono>
#include <thread>

#include <unistd.h>

#include "ipc/kill_point.hpp"
#include "ipc/machine_clock.hpp"
#include "ipc/os/punch_hole.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

bool Segment::reserve_journal() noexcept {
    if (name_.kind == Kind::private_memory) return true;
    constexpr std::int64_t kPauseMs = 1000;
    const std::int64_t now = coarse_ms();
    if (now < journal_state_.load(std::memory_order_relaxed)) return false;
    bool has = false;
    try {
        has = journal_is_whole() || reserve_journal_alone();
    } catch (...) {  // no descriptor is free
    }
    journal_state_.store(has ? kHasJournal : now + kPauseMs, std::memory_order_relaxed);
    return has;
}

/// Whether another process has reserved all of it. Its first page is looked at only if it has memory.
bool Segment::journal_is_whole() const noexcept {
    return journal_is_used() && journal_head().whole.load(std::memory_order_acquire) == layout::kJournalWhole;
}

// One process at a time. Otherwise one that finds too little room would give back what another has just reserved. Only
// the first events of several processes at once meet here.
bool Segment::reserve_journal_alone() {
    const PrivateDescriptor own([this] { return open_again(); });
    for (int tries = 1; !own.valid() || !try_lock_byte(own.get(), layout::kJournalByte); ++tries) {
        constexpr int kTries = 100;
        if (!own.valid() || tries == kTries) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (journal_is_whole()) return true;
    }
    const std::uint64_t bytes = identity_.segment_bytes - arena_end();
    int error = 0;
    Reserved reserved = reserve(own.get(), arena_end(), bytes, error);
    DUMMYCACHE_KILL_POINT("journal reserved");
    if (reserved == Reserved::yes && name_.kind == Kind::file)
        reserved = prepare_writes(base_ + arena_end(), bytes, error);
    if (reserved != Reserved::yes) {
        // Some file systems keep a part of what was reserved in vain (ext4).
        punch_hole(own.get(), arena_end(), identity_.segment_bytes);
        return false;
    }
    journal_head().whole.store(layout::kJournalWhole, std::memory_order_release);
    return true;
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

void Segment::give_back_journal() {
    if (superblock_->journal.load(std::memory_order_relaxed) == kJournalOn) return;
    superblock_->journal.store(0, std::memory_order_relaxed);
    with_descriptor([&](int descriptor) { punch_hole(descriptor, arena_end(), identity_.segment_bytes); });
}

}  // namespace dummycache::ipc
