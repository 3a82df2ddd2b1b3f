// SPDX-License-Identifier: MIT
#include "store/history/removals.hpp"

#include <algorithm>

#include "ipc/kill_point.hpp"
#include "store/layout/copy_bytes.hpp"

namespace dummycache::store {

namespace {

constexpr std::uint64_t kRemovalMask = 15;

NotedRemoval removal_of(std::uint64_t what) noexcept {
    NotedRemoval removal;
    removal.removal = static_cast<layout::Removal>(what >> layout::kRemovalShift & kRemovalMask);
    removal.at_ms = what >> layout::kRemovalMsShift;
    removal.remover = static_cast<std::uint32_t>(what >> layout::kRemoverShift & layout::kClientMask);
    removal.writer = static_cast<std::uint32_t>(what & layout::kClientMask);
    return removal;
}

NotedRemoval whole_of(const layout::WholeRecord& record) noexcept {
    NotedRemoval removal = removal_of(record.what.load(kRelaxed));
    removal.era = record.era.load(kRelaxed);
    return removal;
}

}  // namespace

void note_one_of_many_locked(const LockedShard& shard, const EntryRef& entry, layout::Removal removal,
                             std::uint64_t now_us) noexcept {
    if (!entry.fits(shard.memory.committed())) return;
    const bool was_there = now_us < deadline_of(entry.deadline_word());
    note_removed_locked(shard, removed_key(entry.hash_locked(shard.memory).value, entry,
                                           was_there ? removal : layout::Removal::expired));
}

void note_whole_locked(const LockedShard& any_shard, layout::Removal removal, std::uint64_t era) noexcept {
    layout::RemovalRings& rings = *any_shard.memory.removals;
    const std::uint64_t number = rings.whole_head.load(kRelaxed);
    layout::WholeRecord& record = rings.whole[number % layout::kWholeRecords];
    record.era.store(era, kRelaxed);
    record.what.store(removal_moment(any_shard).what |
                          std::uint64_t{static_cast<std::uint8_t>(removal)} << layout::kRemovalShift |
                          layout::kNoClient,
                      kRelaxed);
    DUMMYCACHE_KILL_POINT("removal of all noted");
    rings.whole_head.store(number + 1, std::memory_order_release);
}

std::optional<NotedRemoval> last_removal_locked(const Memory& memory, std::uint32_t shard,
                                                std::uint64_t key_hash) {
    const auto& head = memory.removals->heads[shard].next;
    const std::uint64_t size = memory.removals_per_shard;
    const layout::RemovalRecord* const ring = memory.removals_of(shard);
    const std::uint64_t end = head.load(std::memory_order_acquire);
    for (std::uint64_t back = 1; back <= std::min(end, size); ++back) {
        const std::uint64_t number = end - back;
        const layout::RemovalRecord& record = ring[number % size];
        if (record.key_hash.load(kRelaxed) != key_hash) continue;
        NotedRemoval found = removal_of(record.what.load(kRelaxed));
        found.id = record.id.load(kRelaxed);
        const std::uint64_t end_word = record.end.load(kRelaxed);
        found.deadline_us = (end_word >> layout::kEndEraBits) * 1000;
        found.era = end_word & ((std::uint64_t{1} << layout::kEndEraBits) - 1);
        return found;
    }
    return std::nullopt;
}

std::optional<NotedRemoval> last_whole_removal(const Memory& memory) {
    const layout::RemovalRings& rings = *memory.removals;
    const std::uint64_t end = rings.whole_head.load(std::memory_order_acquire);
    if (end == 0) return std::nullopt;
    return whole_of(rings.whole[(end - 1) % layout::kWholeRecords]);
}

void note_clock_moved(const Memory& memory) noexcept {
    memory.removals->clock_moved_ms.store(ipc::boot_us() / 1000, kRelaxed);
}

std::uint64_t clock_moved_ms(const Memory& memory) noexcept {
    return memory.removals->clock_moved_ms.load(kRelaxed);
}

std::optional<NotedRemoval> whole_removal_of(const Memory& memory, std::uint64_t id) {
    const layout::RemovalRings& rings = *memory.removals;
    const std::uint64_t era = id >> layout::kEraShift;
    const std::uint64_t end = rings.whole_head.load(std::memory_order_acquire);
    std::optional<NotedRemoval> found;
    for (std::uint64_t back = 1; back <= std::min<std::uint64_t>(end, layout::kWholeRecords - 1); ++back) {
        const layout::WholeRecord& record = rings.whole[(end - back) % layout::kWholeRecords];
        const NotedRemoval removal = whole_of(record);
        if (record.era.load(kRelaxed) <= era) break;
        found = removal;
    }
    return found;
}

std::optional<std::uint64_t> removals_known_since_ms(const Memory& memory, std::uint32_t shard) {
    const std::uint64_t size = memory.removals_per_shard;
    const std::uint64_t end = memory.removals->heads[shard].next.load(std::memory_order_acquire);
    if (end < size) return std::nullopt;
    return removal_of(memory.removals_of(shard)[(end + 1) % size].what.load(kRelaxed)).at_ms;
}

void copy_removals(const Memory& from, const Memory& to) noexcept {
    const std::size_t bytes = sizeof(layout::RemovalRings) + std::size_t{from.shard_count} *
                                                                 from.removals_per_shard *
                                                                 sizeof(layout::RemovalRecord);
    copy_bytes(reinterpret_cast<std::byte*>(to.removals), reinterpret_cast<const std::byte*>(from.removals),
               bytes);
}

}  // namespace dummycache::store
