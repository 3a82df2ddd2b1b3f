// SPDX-License-Identifier: MIT
#include "store/log/staging.hpp"

#include <algorithm>

#include "store/layout/truth.hpp"
#include "store/log/large_list.hpp"

namespace dummycache::store {

StagedPages::StagedPages(Attachment& attachment)
    : memory_(attachment.memory),
      arena_(attachment.arena),
      staging_(attachment.segment->process_slots()[attachment.self.slot()].staging),
      owner_(layout::owner_word(layout::PageKind::staged, attachment.self.slot(),
                                attachment.self.generation())) {
    // These counters say that there may be staged pages. Without them, the search for staged pages of dead
    // processes is skipped.
    memory_.superblock->stagers.fetch_add(1, std::memory_order_acq_rel);
    staging_.fetch_add(1, std::memory_order_acq_rel);
    DUMMYCACHE_KILL_POINT("staging begins");
}

StagedPages::~StagedPages() {
    if (!creator_.is_this_process()) return;
    for (const std::uint32_t page : pages_) give_page(arena_, page);
    staging_.fetch_sub(1, std::memory_order_acq_rel);
    memory_.superblock->stagers.fetch_sub(1, std::memory_order_acq_rel);
}

bool StagedPages::write(std::string_view head, std::uint64_t tail_bytes, const Pull& pull,
                        const std::function<std::optional<std::uint32_t>(std::uint64_t owner)>& make_page) {
    const std::uint32_t count = pages_for(head.size() + tail_bytes);
    pages_.reserve(count);
    while (pages_.size() < count) {
        auto page = arena_.claim(owner_);
        if (!page) page = make_page(owner_);
        if (!page) return false;
        pages_.push_back(*page);
        DUMMYCACHE_KILL_POINT("page staged");
    }
    begin_bytes();  // REUSE
    for (std::size_t i = 0; i < count; ++i) {
        memory_.info(pages_[i]).next.store(i + 1 < count ? pages_[i + 1] + 1 : 0, std::memory_order_relaxed);
    }
    fill(head, tail_bytes, pull);
    return true;
}

void StagedPages::fill(std::string_view head, std::uint64_t tail_bytes, const Pull& pull) {
    std::size_t position = 0;
    const auto write = [&](std::uint64_t bytes, const Pull& take) {
        while (bytes != 0) {
            const std::size_t in_page = position % layout::kPageBytes;
            const auto part =
                static_cast<std::size_t>(std::min<std::uint64_t>(bytes, layout::kPageBytes - in_page));
            take(memory_.page(pages_[position / layout::kPageBytes]) + in_page, part);
            position += part;
            bytes -= part;
        }
    };
    write(head.size(), [&](std::byte* to, std::size_t bytes) {
        copy_bytes(to, reinterpret_cast<const std::byte*>(head.data()) + position, bytes);
    });
    write(tail_bytes, pull);
    DUMMYCACHE_KILL_POINT("large value written");
}

OverflowPart StagedPages::hand_over_locked(const LockedShard& shard, std::uint64_t key_hash) {
    const OverflowPart overflow{pages_.empty() ? 0 : pages_.front(),
                                static_cast<std::uint32_t>(pages_.size())};
    const std::uint64_t owner = layout::owner_word(layout::PageKind::overflow, shard.number);
    for (const std::uint32_t page : pages_) retype_page(memory_.info(page), owner);
    increase(shard.shard.overflow_pages, pages_.size());
    if (overflow.pages != 0) add_large_locked(shard, overflow.first, overflow.pages, key_hash);
    pages_.clear();
    return overflow;
}

}  // namespace dummycache::store
