// SPDX-License-Identifier: MIT
#include "torture/steps/segment_bytes.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipc/segment/segment.hpp"
#include "store/layout/layout.hpp"

namespace dummycache::test {

namespace {

constexpr std::size_t kBlock = 4096;  // compared at once; every part of a segment begins at a multiple

const layout::Identity& identity_in(const std::byte* segment) {
    return *reinterpret_cast<const layout::Identity*>(segment);
}

std::size_t used_bytes(const std::byte* segment) {
    const layout::Identity& identity = identity_in(segment);
    const auto* const superblock =
        reinterpret_cast<const layout::Superblock*>(segment + identity.superblock_offset);
    return identity.arena_offset + superblock->committed.load() * layout::kPageBytes;
}

}  // namespace

void SegmentBytes::write_to(const std::string& path) const {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const bool written = descriptor >= 0 && ::ftruncate(descriptor, static_cast<off_t>(size)) == 0 &&
                         ::write(descriptor, used.data(), used.size()) == static_cast<ssize_t>(used.size());
    ::close(descriptor);
    if (!written) throw std::runtime_error("cannot write " + path);
}

bool SegmentBytes::is_dirty() const {
    const layout::Identity& identity = identity_in(used.data());
    const auto* const shards = reinterpret_cast<const layout::Shard*>(
        used.data() + identity.store[ipc::kStoreObjects + layout::kShardTable]);
    for (std::uint64_t i = 0; i < identity.store[layout::kShards]; ++i) {
        if (shards[i].dirty.load() != 0) return true;
    }
    return false;
}

FollowedSegment::FollowedSegment(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0) throw std::runtime_error("cannot open " + path);
    bytes_.size = static_cast<std::size_t>(status.st_size);
    void* const at = ::mmap(nullptr, bytes_.size, PROT_READ, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (at == MAP_FAILED) throw std::runtime_error("cannot map " + path);
    mapped_ = static_cast<const std::byte*>(at);
    change();
}

FollowedSegment::~FollowedSegment() { ::munmap(const_cast<std::byte*>(mapped_), bytes_.size); }

bool FollowedSegment::is_unread(std::size_t first, std::size_t last) const {
    const layout::Identity& identity = identity_in(mapped_);
    if (first < identity.arena_offset) return false;
    const std::size_t page = (first - identity.arena_offset) / layout::kPageBytes;
    if ((last - identity.arena_offset) / layout::kPageBytes != page) return false;
    const auto& info = reinterpret_cast<const layout::PageInfo*>(mapped_ + identity.page_table_offset)[page];
    const layout::PageKind kind = layout::kind_of(info.owner.load());
    if (kind == layout::PageKind::staged) return true;
    return kind == layout::PageKind::data &&
           (first - identity.arena_offset) % layout::kPageBytes >= info.fill.load();
}

FollowedSegment::Change FollowedSegment::change() {
    const std::size_t used = used_bytes(mapped_);
    if (bytes_.used.size() != used) {
        bytes_.used.assign(mapped_, mapped_ + used);
        return Change::some;
    }
    const auto block_changed = [&](std::size_t at) {
        return std::memcmp(bytes_.used.data() + at, mapped_ + at, kBlock) != 0;
    };
    std::size_t first = 0;
    while (first < used && !block_changed(first)) first += kBlock;
    if (first == used) return Change::none;
    std::size_t last = used - kBlock;
    while (!block_changed(last)) last -= kBlock;
    last += kBlock - 1;
    while (bytes_.used[first] == mapped_[first]) ++first;
    while (bytes_.used[last] == mapped_[last]) --last;
    std::copy(mapped_ + first, mapped_ + last + 1, bytes_.used.begin() + static_cast<std::ptrdiff_t>(first));
    return is_unread(first, last) ? Change::unread : Change::some;
}

}  // namespace dummycache::test
