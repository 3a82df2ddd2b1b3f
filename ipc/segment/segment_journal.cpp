// SPDX-License-Identifier: MIT
// Memory for the journal of events, on demand.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "ipc/kill_point.hpp"
#include "ipc/machine_clock.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

namespace {

/// Gives a part that was reserved in vain back. Some file systems keep it (ext4).
void give_back(int file, std::uint64_t begin, std::uint64_t bytes) noexcept {
    static_cast<void>(::fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(begin),
                                  static_cast<off_t>(bytes)));
}

}  // namespace

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
        give_back(own.get(), arena_end(), bytes);
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

}  // namespace dummycache::ipc
