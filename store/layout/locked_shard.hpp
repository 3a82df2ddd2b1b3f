// SPDX-License-Identifier: MIT
// What code that holds a shard's lock works on.
#pragma once

#include <cstdint>
#include <string_view>

#include "ipc/cache_clock.hpp"
#include "store/layout/attachment.hpp"
#include "store/layout/key_hash.hpp"
#include "store/layout/memory.hpp"

namespace dummycache::store {

/// The key of an entry that a write is about: the room for the new one is not made by evicting the old one.
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
    const ExemptKey* exempt = nullptr;  ///< of this shard or another; null: eviction may take what it likes

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

    /// Another shard of the same cache, for whoever holds or takes its lock as well.
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
    /// A page number + 1 from the shard's lists: 0 if it leads to no committed page, as only damaged
    /// bytes do.
    [[nodiscard]] std::uint32_t checked_link(std::uint32_t link) const noexcept {
        if (link <= memory.committed()) [[likely]]
            return link;
        mark_damaged();
        return 0;
    }
    /// What is here makes no sense: the next owner rebuilds the shard.
    void mark_damaged() const noexcept { shard.dirty.store(layout::kDamaged, std::memory_order_relaxed); }
};

/// Derived numbers under the lock: only one process writes them, others may read.
template <class Word, class Amount>
inline void increase(std::atomic<Word>& word, Amount by) noexcept {
    word.store(static_cast<Word>(word.load(std::memory_order_relaxed) + static_cast<Word>(by)),
               std::memory_order_relaxed);
}
/// Never below 0: after a repair a counter may start too low.
template <class Word, class Amount>
inline void decrease(std::atomic<Word>& word, Amount by) noexcept {
    const Word now = word.load(std::memory_order_relaxed);
    const auto amount = static_cast<Word>(by);
    word.store(now > amount ? static_cast<Word>(now - amount) : Word{0}, std::memory_order_relaxed);
}

}  // namespace dummycache::store
