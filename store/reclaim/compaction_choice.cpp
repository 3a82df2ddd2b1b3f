// SPDX-License-Identifier: MIT
#include "store/reclaim/compaction_choice.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "store/index/page_walk.hpp"
#include "store/layout/checkpoint_record.hpp"

namespace dummycache::store {

namespace {

/// The deadlines of a page's entries.
class Deadlines {
public:
    void add(std::uint32_t unit, std::uint32_t bytes) noexcept { all_[count_++] = {unit, bytes}; }
    /// When entries of `bytes` in total will have expired; kNoExpiry: never.
    [[nodiscard]] std::uint32_t reached(std::uint32_t bytes) noexcept {
        const std::span sorted(all_.data(), count_);
        std::ranges::sort(sorted, {}, &Deadline::unit);
        std::uint32_t sum = 0;
        for (const Deadline& deadline : sorted) {
            sum += deadline.bytes;
            if (sum >= bytes) return deadline.unit;
        }
        return kNoExpiry;
    }

private:
    struct Deadline {
        std::uint32_t unit;
        std::uint32_t bytes;
    };
    std::array<Deadline, layout::kPageBytes / sizeof(layout::EntryHeader)> all_;
    std::size_t count_ = 0;
};

std::uint32_t freed_bytes(const EntryRef& entry) noexcept {
    if (entry.is_large()) return layout::kPageBytes;
    return static_cast<std::uint32_t>(entry.bytes());
}

/// How many bytes of a page have expired or were cleared, at most a page. If that is not worth a compaction
/// now, notes in next_expiry when to look again.
std::uint32_t expired_bytes_locked(const LockedShard& shard, std::uint32_t page,
                                   std::uint64_t now_us) noexcept {
    const std::uint32_t worth = worth_bytes(shard);
    const std::uint64_t clear_era = shard.clear_era();
    Deadlines later;
    std::uint32_t expired = 0;
    bool needed = false;  // by a checkpoint, which may end at any time: so no time is noted
    walk_headers_locked(shard, page, [&](const EntryRef& entry) {
        const std::uint64_t deadline_word = entry.deadline_word();
        if ((deadline_word & layout::kDead) != 0) return true;
        if (is_visible(entry, clear_era, now_us)) {
            const std::uint64_t deadline = deadline_of(deadline_word);
            if (deadline != kNoDeadline) later.add(expiry_unit(deadline), freed_bytes(entry));
        } else if (is_needed(shard.memory, entry.era())) {
            needed = true;
        } else {
            expired += freed_bytes(entry);
        }
        return true;
    });
    if (expired < worth && !needed)
        shard.memory.info(page).next_expiry.store(later.reached(worth - expired), kRelaxed);
    return std::min(expired, layout::kPageBytes);
}

/// What the compaction of this page would free: its dead bytes and, if `looks` is not 0, its expired bytes.
/// The unused end of the page counts only if the page becomes empty.
Choice weigh(const LockedShard& shard, std::uint32_t page, std::uint32_t& looks,
             std::uint64_t now_us) noexcept {
    const layout::PageInfo& info = shard.memory.info(page);
    if (info.pins.load(kRelaxed) != 0) return {};
    const std::uint32_t entries = info.fill.load(kRelaxed) - layout::kFirstEntry;
    const std::uint32_t live = std::min(info.live.load(kRelaxed), entries);
    if (live == 0) return {page + 1, layout::kPageBytes, 0};
    std::uint32_t expired = 0;
    if (looks != 0 && may_have_expired(info, now_us)) {
        --looks;
        expired = expired_bytes_locked(shard, page, now_us);
    }
    return {page + 1, entries - live + std::min(expired, live), expired};
}

}  // namespace

Choice best_to_compact(const LockedShard& shard, std::uint32_t candidates, std::uint32_t looks,
                       std::uint64_t now_us) noexcept {
    layout::Shard& s = shard.shard;
    Choice best;
    std::uint32_t at = shard.checked_link(s.cursor.load(kRelaxed));
    candidates = std::min({candidates, s.listed.load(kRelaxed), shard.memory.committed()});
    for (; candidates != 0; --candidates) {
        if (at == 0) at = shard.checked_link(s.oldest.load(kRelaxed));
        if (at == 0) break;
        const Choice choice = weigh(shard, at - 1, looks, now_us);
        if (choice.gain > best.gain) best = choice;
        at = shard.checked_link(shard.memory.info(at - 1).next.load(kRelaxed));
    }
    s.cursor.store(at, kRelaxed);
    return best;
}

}  // namespace dummycache::store
