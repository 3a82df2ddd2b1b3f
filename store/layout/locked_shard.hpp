// SPDX-License-Identifier: MIT
// The handle of a shard for code that holds its lock.
#pragma once

#include <cstdint>
#include <string_view>

#include "ipc/cache_clock.hpp"
#include "store/layout/attachment.hpp"
#include "store/layout/key_hash.hpp"
#include "store/layout/memory.hpp"

namespace dummycache::store {

/// The key whose entry a write is about. That entry is not evicted to make room for its own successor.
struct ExemptKey {
    KeyHash hash;
    std::string_view key;
};

/// A shard whose lock the caller holds. Functions that take one say `_locked` in their names.
struct LockedShard {
    const Memory& memory;
    ipc::PageArena& arena;
    ipc::Membership& self;
    layout::Shard& shard;
    std::uint32_t number;
    const ExemptKey* exempt = nullptr;  ///< a key of this shard or another; null: eviction may take any entry

    /// A shard whose lock this attachment holds.
    [[nodiscard, gnu::always_inline]] static LockedShard of(Attachment& attachment,
                                                            std::uint32_t number) noexcept {
        return of_copy(attachment, attachment.memory, number);
    }
    /// A shard of a private copy of the cache's memory, which has no lock.
    [[nodiscard, gnu::always_inline]] static LockedShard of_copy(Attachment& attachment, const Memory& copy,
                                                                 std::uint32_t number) noexcept {
        return {copy, attachment.arena, attachment.self, copy.shards[number], number};
    }

    /// Another shard of the same cache, for a caller that holds or takes its lock, too.
    [[nodiscard]] LockedShard neighbour(std::uint32_t other) const noexcept {
        return {memory, arena, self, memory.shards[other], other, exempt};
    }
    [[nodiscard]] LockedShard exempting(const ExemptKey* key) const noexcept {
        return {memory, arena, self, shard, number, key};
    }
    [[nodiscard]] std::uint64_t clear_era() const noexcept {
        return memory.superblock->clear_era.load(std::memory_order_relaxed);
    }
    /// Entries of an earlier era count no live bytes: a clear has taken them off already.
    [[nodiscard]] std::uint64_t counted_era() const noexcept {
        return memory.superblock->counted_era.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t now_us() const noexcept {
        return ipc::CacheClock(memory.superblock->clock).now_us();
    }
    /// Checks a page number + 1 from the shard's lists. 0 if it leads to no committed page, which only
    /// damaged bytes can do; then the shard is marked as damaged.
    [[nodiscard]] std::uint32_t checked_link(std::uint32_t link) const noexcept {
        if (link <= memory.committed()) [[likely]]
            return link;
        mark_damaged();
        return 0;
    }
    /// Marks the shard as damaged: its bytes make no sense, and the next owner of its lock rebuilds it.
    void mark_damaged() const noexcept { shard.dirty.store(layout::kDamaged, std::memory_order_relaxed); }
};

/// Adds to a derived number. Only the owner of the lock writes these; others may read them.
template <class Word, class Amount>
inline void increase(std::atomic<Word>& word, Amount by) noexcept {
    word.store(static_cast<Word>(word.load(std::memory_order_relaxed) + static_cast<Word>(by)),
               std::memory_order_relaxed);
}
/// Subtracts from a derived number, never below 0: after a repair a counter may be too low.
template <class Word, class Amount>
inline void decrease(std::atomic<Word>& word, Amount by) noexcept {
    const Word now = word.load(std::memory_order_relaxed);
    const auto amount = static_cast<Word>(by);
    word.store(now > amount ? static_cast<Word>(now - amount) : Word{0}, std::memory_order_relaxed);
}

}  // namespace dummycache::store
