// SPDX-License-Identifier: MIT
#include "store/snapshot/space_estimate.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "store/log/new_entry.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store::snapshot {

namespace {

/// An index page is split when two buckets are full, at about 77 %, and is then half as full.
constexpr std::uint64_t kEntriesPerIndexPage = layout::kBuckets * layout::kSlots / 2;
/// Open pages, the reserve, and one that is being split.
constexpr std::uint64_t kPagesPerShard = 4;

[[noreturn]] void throw_too_large(const Attachment& attachment, std::uint64_t pages) {
    const std::uint64_t mebibytes = pages * layout::kPageBytes >> 20;
    throw Error(
        ErrorCode::full,
        fmt::format("load: the snapshot needs {} MiB or more, which {} does not have; create one with "
                    "a larger capacity",
                    mebibytes + 1, described(*attachment.segment)));
}

}  // namespace

void SpaceEstimate::add(const Record& record) noexcept {
    const std::uint64_t flags = flags_for(checksums_, record.key.size(), record.value_bytes);
    const Lengths lengths{record.value_bytes, static_cast<std::uint32_t>(record.key.size()), 0};
    const std::uint64_t bytes = entry_bytes(lengths, flags);
    ++entries_;
    small_bytes_ += bytes;
    // As entries are appended: the end of a page is left if it is too short for the next entry.
    if (fill_ + bytes > layout::kPageBytes) {
        ++full_pages_;
        fill_ = layout::kFirstEntry;
    }
    fill_ += bytes;
    overflow_pages_ += pages_for(overflow_bytes(lengths, flags));
    largest_value_ = std::max(largest_value_, record.value_bytes);
}

std::uint64_t SpaceEstimate::pages() const noexcept {
    if (entries_ == 0) return 0;
    return full_pages_ + entries_ / kEntriesPerIndexPage + overflow_pages_ + kPagesPerShard * shards_;
}

std::uint64_t SpaceEstimate::capacity() const noexcept {
    constexpr std::uint64_t kControl = std::uint64_t{2} << 20;
    const std::uint64_t pages = this->pages();
    // The page table, and a directory word for each 16 KiB.
    const std::uint64_t all =
        pages * (layout::kPageBytes + sizeof(layout::PageInfo) + layout::kPageBytes / 128);
    return std::max(kControl + all, 2 * largest_value_);  // no value may take more than half
}

std::uint64_t SpaceEstimate::least_pages() const noexcept {
    return small_bytes_ / (layout::kPageBytes - layout::kFirstEntry) + overflow_pages_;
}

std::uint64_t SpaceEstimate::least_capacity() const noexcept {
    return std::max(least_pages() * layout::kPageBytes, 2 * largest_value_);
}

void SpaceEstimate::check_room(const Attachment& attachment) const {
    if (least_pages() > attachment.memory.pages) throw_too_large(attachment, least_pages());
}

void SpaceEstimate::reserve(Attachment& attachment) const {
    const std::uint64_t pages = this->pages();
    if (pages > attachment.memory.pages) throw_too_large(attachment, pages);
    if (!attachment.arena.commit(pages)) {
        throw Error(ErrorCode::full,
                    fmt::format("load: the system has no memory left for the snapshot in {}; {}",
                                described(*attachment.segment), advice_without_memory(*attachment.segment)));
    }
}

}  // namespace dummycache::store::snapshot
