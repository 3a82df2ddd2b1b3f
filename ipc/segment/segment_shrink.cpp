// SPDX-License-Identifier: MIT
// Memory goes back to the system while no other process maps the segment.
//
// Sync point "mapped": attach locks kMappedByte before it reads `committed`, and the mapping keeps the lock. So a process
// that holds the write lock knows that no other process, and no forked child, touches a page.
#include <fcntl.h>

#include "ipc/kill_point.hpp"
#include "ipc/os/round_up.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::uint64_t kBlock = 4096;

/// The file system may not be able to do that. Then the memory stays reserved, and nothing is lost.
void punch(int descriptor, std::uint64_t from, std::uint64_t to) {
    if (from >= to) return;
    static_cast<void>(::fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                  static_cast<off_t>(from), static_cast<off_t>(to - from)));
}

}  // namespace

void Segment::give_back_journal() {
    if (superblock_->journal.load(std::memory_order_relaxed) == kJournalOn) return;
    superblock_->journal.store(0, std::memory_order_relaxed);
    with_descriptor([&](int descriptor) { punch(descriptor, arena_end(), identity_.segment_bytes); });
}

void Segment::shrink_to(std::uint64_t pages) {
    if (pages >= committed()) return;
    superblock_->committed.store(pages, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("committed lowered");
    const std::uint64_t table_end = identity_.page_table_offset + pages * sizeof(layout::PageInfo);
    with_descriptor([&](int descriptor) {
        punch(descriptor, identity_.arena_offset + pages * layout::kPageBytes, arena_end());
        punch(descriptor, round_up(table_end, kBlock), identity_.arena_offset);
    });
    DUMMYCACHE_KILL_POINT("memory given back");
}

}  // namespace dummycache::ipc
