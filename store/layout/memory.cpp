// SPDX-License-Identifier: MIT
#include "store/layout/memory.hpp"

#include <bit>
#include <cstring>

#include "dummycache/options.hpp"
#include "ipc/error.hpp"

namespace dummycache::store {

namespace {

/// Checks what ipc/ cannot: whether the parameters of the store make sense, and whether its objects are
/// large enough.
void check_parameters(const layout::Identity& identity) {
    const std::uint64_t shards = identity.store[layout::kShards];
    const std::uint64_t bits = identity.store[layout::kDirectoryBits];
    const auto room = [&](layout::StoreObject index, std::uint64_t bytes) {
        const std::uint64_t offset = identity.store[ipc::kStoreObjects + index];
        return offset != 0 && offset + bytes <= identity.free_map_offset;
    };
    const bool sound = std::has_single_bit(shards) && shards <= layout::kMaxShards &&
                       bits >= layout::kMinDirectoryBits && bits <= layout::kMaxDirectoryBits &&
                       identity.pages < UINT32_MAX &&
                       room(layout::kShardTable, shards * sizeof(layout::Shard)) &&
                       room(layout::kDirectories, (shards << bits) * sizeof(layout::DirectoryWord)) &&
                       room(layout::kLeaseTable, shards * layout::kLeases * sizeof(layout::LeaseRecord)) &&
                       room(layout::kWriteTimes, shards * sizeof(layout::WriteTimes)) &&
                       room(layout::kRemovals, layout::removal_bytes(identity.capacity_bytes));
    if (!sound)
        throw ipc::Error(ipc::Fault::not_a_segment,
                         "attach: the segment's parameters make no sense; remove it");
}

}  // namespace

Memory::Memory(const ipc::Segment& segment, std::byte* base) {
    const layout::Identity& identity = segment.identity();
    check_parameters(identity);
    const auto object = [&](layout::StoreObject index) {
        return base + identity.store[ipc::kStoreObjects + index];
    };
    arena = base + identity.arena_offset;
    page_table = reinterpret_cast<layout::PageInfo*>(base + identity.page_table_offset);
    superblock = reinterpret_cast<layout::Superblock*>(base + identity.superblock_offset);
    shards = reinterpret_cast<layout::Shard*>(object(layout::kShardTable));
    directories = reinterpret_cast<layout::DirectoryWord*>(object(layout::kDirectories));
    leases = reinterpret_cast<layout::LeaseRecord*>(object(layout::kLeaseTable));
    write_times = reinterpret_cast<layout::WriteTimes*>(object(layout::kWriteTimes));
    removals = reinterpret_cast<layout::RemovalRings*>(object(layout::kRemovals));
    journal = reinterpret_cast<layout::Journal*>(base + (segment.journal().data() - segment.base()));
    journal_mask = static_cast<std::uint32_t>(layout::journal_events(identity.capacity_bytes) - 1);
    shard_count = static_cast<std::uint32_t>(identity.store[layout::kShards]);
    directory_bits = static_cast<std::uint32_t>(identity.store[layout::kDirectoryBits]);
    pages = static_cast<std::uint32_t>(identity.pages);
    removals_per_shard = layout::removals_for(identity.capacity_bytes) / shard_count;
    evicts = identity.store[layout::kWhenFull] == static_cast<std::uint64_t>(WhenFull::evict);
    checksums = identity.store[layout::kChecksums] != 0;
    std::memcpy(secret, identity.secret, sizeof secret);
}

}  // namespace dummycache::store
