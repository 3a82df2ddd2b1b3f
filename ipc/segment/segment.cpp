// SPDX-License-Identifier: MIT
// A mapped segment: memory on demand, and the question whether its name still leads to it.
//
// Sync point "committed": the store (release) in commit_up_to pairs with every load (acquire) before
// a page is touched; the memory below it is reserved.
#include "ipc/segment/segment.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "ipc/kill_point.hpp"
#include "ipc/os/file_descriptor.hpp"
#include "ipc/os/fork_registry.hpp"
#include "ipc/os/reserve.hpp"
#include "ipc/segment/identity.hpp"
#include "ipc/segment/mapping.hpp"

namespace dummycache::ipc {

namespace {

/// The bytes that pages [from, to) need beyond those that pages [0, from) have.
struct Ranges {
    std::uint64_t table_offset;
    std::uint64_t table_bytes;
    std::uint64_t arena_offset;
    std::uint64_t arena_bytes;
};

Ranges ranges_of(const layout::Identity& identity, std::uint64_t from, std::uint64_t to) {
    const std::uint64_t table_begin = page_table_bytes(from);
    return {identity.page_table_offset + table_begin, page_table_bytes(to) - table_begin,
            identity.arena_offset + from * layout::kPageBytes, (to - from) * layout::kPageBytes};
}

template <class Reserve>
Reserved reserve_ranges(const Ranges& ranges, int descriptor, Reserve take) {
    int error = 0;
    const Reserved table = take(descriptor, ranges.table_offset, ranges.table_bytes, error);
    if (table != Reserved::yes) return table;
    return take(descriptor, ranges.arena_offset, ranges.arena_bytes, error);
}

bool publish(layout::Superblock& superblock, std::uint64_t pages) {
    std::uint64_t seen = superblock.committed.load(std::memory_order_acquire);
    while (seen < pages &&
           !superblock.committed.compare_exchange_weak(seen, pages, std::memory_order_acq_rel)) {
    }
    return true;
}

}  // namespace

Segment::~Segment() = default;

bool Segment::is_from_this_boot() const {
    unsigned char id[16] = {};
    read_boot_id(id);
    return std::memcmp(id, identity_.boot_id, sizeof id) == 0;
}

bool Segment::stale() const {
    if (name_.kind == Kind::private_memory) return false;
    if (superblock_->state.load(std::memory_order_acquire) !=
        static_cast<std::uint64_t>(layout::SegmentState::ready)) {
        return true;
    }
    return !leads_to(name_.path, file_);
}

int Segment::descriptor() const noexcept { return is_file(descriptor_, file_) ? descriptor_ : -1; }

int Segment::open_again() const {
    if (name_.kind == Kind::private_memory) return -1;
    FileDescriptor again(open_no_follow(name_.path, O_RDWR));
    if (again.valid() && is_file(again.get(), file_)) return again.release();
    // The name leads elsewhere: the object lives on while it is mapped, and /proc leads to it.
    const std::string own = path_of_descriptor(descriptor_);
    FileDescriptor unlinked(::open(own.c_str(), O_RDWR | O_CLOEXEC));
    if (unlinked.valid() && is_file(unlinked.get(), file_)) return unlinked.release();
    return -1;
}

bool Segment::commit_up_to(std::uint64_t pages) {
    pages = std::min(pages, identity_.pages);
    const std::uint64_t committed = superblock_->committed.load(std::memory_order_acquire);
    if (committed >= pages) return true;
    if (name_.kind == Kind::private_memory) return publish(*superblock_, pages);
    const Reserved reserved = reserve_pages(committed, pages);
    if (reserved == Reserved::unsupported) return commit_by_writing(pages);
    if (reserved != Reserved::yes) return false;
    DUMMYCACHE_KILL_POINT("commit.reserved");
    if (name_.kind == Kind::shared) {
        const Ranges ranges = ranges_of(identity_, committed, pages);
        huge_pages_.ask({base_, arena_end()}, ranges.arena_offset, ranges.arena_offset + ranges.arena_bytes);
    }
    publish(*superblock_, pages);
    DUMMYCACHE_KILL_POINT("commit.published");
    return true;
}

Reserved Segment::reserve_pages(std::uint64_t from, std::uint64_t to) const {
    const Ranges ranges = ranges_of(identity_, from, to);
    const Reserved reserved =
        with_descriptor([&](int file) { return reserve_ranges(ranges, file, reserve); });
    if (reserved != Reserved::yes || name_.kind != Kind::file) return reserved;
    return reserve_ranges(ranges, -1, [this](int, std::uint64_t offset, std::uint64_t bytes, int& error) {
        return prepare_writes(base_ + offset, bytes, error);
    });
}

bool Segment::commit_by_writing(std::uint64_t pages) {
    // Zeros must not be written over pages that somebody else committed meanwhile, so one process
    // does it at a time. For a second process there is no memory meanwhile.
    const PrivateDescriptor own([this] { return open_again(); });
    if (!own.valid() || !try_lock_byte(own.get(), layout::kGrowthByte)) return false;
    const std::uint64_t committed = superblock_->committed.load(std::memory_order_acquire);
    if (committed >= pages) return true;
    if (reserve_ranges(ranges_of(identity_, committed, pages), own.get(), write_zeros) != Reserved::yes)
        return false;
    return publish(*superblock_, pages);
}

std::unique_ptr<Segment> Segment::assemble(SegmentName name, const layout::Identity& identity,
                                           Mapping mapping) {
    std::unique_ptr<Segment> segment(new Segment);
    segment->name_ = std::move(name);
    segment->identity_ = identity;
    segment->mapping_ = std::make_unique<Mapping>(std::move(mapping));
    segment->base_ = static_cast<std::byte*>(segment->mapping_->region.get_address());
    segment->superblock_ = reinterpret_cast<layout::Superblock*>(segment->base_ + identity.superblock_offset);
    segment->processes_ =
        reinterpret_cast<layout::ProcessSlot*>(segment->base_ + identity.process_table_offset);
    segment->clients_ =
        reinterpret_cast<layout::ClientRecord*>(segment->base_ + identity.client_table_offset);
    segment->page_table_ = reinterpret_cast<layout::PageInfo*>(segment->base_ + identity.page_table_offset);
    segment->arena_ = segment->base_ + identity.arena_offset;
    segment->descriptor_ = segment->mapping_->backing.descriptor();
    if (segment->descriptor_ >= 0)
        segment->file_ = identity_of(status_of(segment->descriptor_, segment->name_.path));
    return segment;
}

}  // namespace dummycache::ipc
