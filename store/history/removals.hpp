// SPDX-License-Identifier: MIT
// Which keys went away lately, why, and by whom. Each shard has a ring of records, which its lock protects. A record is
// written before the ring's head counts it, so a death inside leaves the ring as it was, or one record that tells nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "ipc/machine_clock.hpp"
#include "store/layout/entry_ref.hpp"
#include "store/layout/locked_shard.hpp"

namespace dummycache::store {

/// What a removal tells, besides the key.
struct RemovedKey {
    std::uint64_t key_hash = 0;
    layout::Removal removal = layout::Removal::none;
    std::uint32_t writer = layout::kNoClient;
    std::uint64_t id = 0;             ///< 0: there was no entry
    std::uint64_t deadline_word = 0;  ///< of the entry
};

/// The record for a removal of this key: one of the last few if it is of the same key, or else the ring's next. So keys that
/// come and go all the time, as locks do, do not push out what is known of others.
[[nodiscard]] inline std::uint64_t number_of_record(const layout::RemovalRecord* ring, std::uint64_t size,
                                                    std::uint64_t next, std::uint64_t key_hash) noexcept {
    constexpr std::uint64_t kLooks = 4;
    for (std::uint64_t back = 1; back <= kLooks && back <= next; ++back)
        if (ring[(next - back) % size].key_hash.load(std::memory_order_relaxed) == key_hash)
            return next - back;
    return next;
}

/// What all removals of one moment have in common.
struct RemovalMoment {
    std::uint64_t what;  ///< the time and the remover: this process, as in RemovalRecord
    std::uint64_t era;   ///< by its last bits the remover is told from the client that has its record later
};
/// About 10 ns.
[[nodiscard]] inline RemovalMoment removal_moment(const LockedShard& shard) noexcept {
    constexpr std::uint64_t kEraMask = (std::uint64_t{1} << layout::kEndEraBits) - 1;
    return {ipc::recent_boot_ms() << layout::kRemovalMsShift | std::uint64_t{shard.self.client()}
                                                                   << layout::kRemoverShift,
            shard.memory.superblock->era.load(std::memory_order_relaxed) & kEraMask};
}

/// A deadline, in the place that it has in the last word of a record.
[[nodiscard]] inline std::uint64_t end_of(std::uint64_t deadline_word) noexcept {
    constexpr std::uint64_t kMost = (std::uint64_t{1} << (64 - layout::kEndEraBits)) - 1;
    const std::uint64_t deadline_us = deadline_word >> layout::kDeadlineShift;
    if (deadline_us == 0) return 0;
    return std::clamp<std::uint64_t>(deadline_us / 1000, 1, kMost) << layout::kEndEraBits;
}

/// A death from the first store on leaves a record that tells nothing.
[[gnu::always_inline]] inline void write_removal_locked(layout::RemovalRecord& record,
                                                        const RemovalMoment& moment,
                                                        const RemovedKey& key) noexcept {
    const std::uint64_t removal = std::uint64_t{static_cast<std::uint8_t>(key.removal)}
                                  << layout::kRemovalShift;
    record.what.store(0, std::memory_order_relaxed);
    record.key_hash.store(key.key_hash, std::memory_order_relaxed);
    record.id.store(key.id, std::memory_order_relaxed);
    record.end.store(end_of(key.deadline_word) | moment.era, std::memory_order_relaxed);
    record.what.store(moment.what | removal | key.writer, std::memory_order_release);
}

/// Notes a removal by this process, now. About 20 ns.
[[gnu::always_inline]] inline void note_removed_locked(const LockedShard& shard,
                                                       const RemovedKey& key) noexcept {
    const Memory& memory = shard.memory;
    layout::RemovalRecord* const ring = memory.removals_of(shard.number);
    auto& head = memory.removals->heads[shard.number].next;
    const std::uint64_t next = head.load(std::memory_order_relaxed);
    const std::uint64_t number = number_of_record(ring, memory.removals_per_shard, next, key.key_hash);
    write_removal_locked(ring[number % memory.removals_per_shard], removal_moment(shard), key);
    if (number == next) head.store(next + 1, std::memory_order_release);
}

/// Notes one of many removals of one moment, in the ring's next record. About 5 ns.
[[gnu::always_inline]] inline void note_removed_locked(const LockedShard& shard, const RemovalMoment& moment,
                                                       const RemovedKey& key) noexcept {
    const Memory& memory = shard.memory;
    layout::RemovalRecord* const ring = memory.removals_of(shard.number);
    auto& head = memory.removals->heads[shard.number].next;
    const std::uint64_t next = head.load(std::memory_order_relaxed);
    __builtin_prefetch(&ring[(next + 2) % memory.removals_per_shard], 1);
    write_removal_locked(ring[next % memory.removals_per_shard], moment, key);
    head.store(next + 1, std::memory_order_release);
}

/// What the removal of an entry tells. Before its bytes go.
[[nodiscard]] inline RemovedKey removed_key(std::uint64_t key_hash, const EntryRef& entry,
                                            layout::Removal removal) noexcept {
    return {key_hash, removal, entry.lengths().writer, entry.id(), entry.deadline_word()};
}

/// The same of one of many entries that go at once. What had expired before did not go by that. Nothing is noted of an
/// entry that is not sound.
void note_one_of_many_locked(const LockedShard& shard, const EntryRef& entry, layout::Removal removal,
                             std::uint64_t now_us) noexcept;

/// Notes something that made many keys go away, by this process, now. For the owner of all locks. `era`: see WholeRecord.
void note_whole_locked(const LockedShard& any_shard, layout::Removal removal, std::uint64_t era) noexcept;

/// Whether an era, whose last bits are known, is `since_era` or later. Both are less than half of what the bits can count apart.
[[nodiscard]] constexpr bool is_era_since(std::uint64_t last_bits, std::uint64_t since_era,
                                          unsigned bits) noexcept {
    const std::uint64_t half = std::uint64_t{1} << (bits - 1);
    return ((last_bits - since_era) & (2 * half - 1)) < half;
}

/// A removal as it was noted.
struct NotedRemoval {
    layout::Removal removal = layout::Removal::none;
    std::uint64_t at_ms = 0;  ///< boot clock
    std::uint32_t remover = layout::kNoClient;
    std::uint32_t writer = layout::kNoClient;
    std::uint64_t id = 0;
    std::uint64_t deadline_us = 0;  ///< cache time; 0: none
    std::uint64_t era = 0;          ///< when it was noted; of a single key the last 20 bits only

    /// Whether a client whose record is its own since that era may have noted it.
    [[nodiscard]] bool is_since(std::uint64_t since_era) const noexcept {
        return is_era_since(era, since_era, layout::kEndEraBits);
    }
};

/// The last removal of a key, by its hash. Under the lock of the shard; about 1 us.
[[nodiscard]] std::optional<NotedRemoval> last_removal_locked(const Memory& memory, std::uint32_t shard,
                                                              std::uint64_t key_hash);
/// The first event after this era that made an entry of that era go away: `id` is the entry's.
[[nodiscard]] std::optional<NotedRemoval> whole_removal_of(const Memory& memory, std::uint64_t id);
/// Notes that the cache's clock was frozen, let go, moved or set.
void note_clock_moved(const Memory& memory) noexcept;
/// When that was last, on the boot clock; 0: never.
[[nodiscard]] std::uint64_t clock_moved_ms(const Memory& memory) noexcept;

/// The last event that made all entries go away.
[[nodiscard]] std::optional<NotedRemoval> last_whole_removal(const Memory& memory);
/// Since when all removals of the shard are known; nothing if none was forgotten.
[[nodiscard]] std::optional<std::uint64_t> removals_known_since_ms(const Memory& memory, std::uint32_t shard);

/// Copies what is noted, from a cache all of whose locks are held.
void copy_removals(const Memory& from, const Memory& to) noexcept;

}  // namespace dummycache::store
