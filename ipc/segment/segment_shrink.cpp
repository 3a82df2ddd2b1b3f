// SPDX-License-Identifier: MIT
// Memory goes back to the system while no other process maps the segment.
//
// Sync point "mapped": attach locks kMappedByte before it reads `committed`, and the mapping keeps the lock. So a process
// that holds the write lock knows that no other process, and no forked child, touches a page.
#include "ipc/kill_point.hpp"
#include "ipc/os/punch_hole.hpp"
#include "ipc/os/round_up.hpp"
#include "ipc/segment/segment.hpp"

namespace dummycache::ipc {

namespace {

constexpr std::uint64_t kBlock = 4096;

}  // namespace

void Segment::shrink_to(std::uint64_t pages) {
    if (pages >= committed()) return;
    superblock_->committed.store(pages, std::memory_order_release);
    DUMMYCACHE_KILL_POINT("committed lowered");
    const std::uint64_t table_end = identity_.page_table_offset + pages * sizeof(layout::PageInfo);
    with_descriptor([&](int descriptor) {
        punch_hole(descriptor, identity_.arena_offset + pages * layout::kPageBytes, arena_end());
        punch_hole(descriptor, round_up(table_end, kBlock), identity_.arena_offset);
    });
    DUMMYCACHE_KILL_POINT("memory given back");
}

}  // namespace dummycache::ipc
