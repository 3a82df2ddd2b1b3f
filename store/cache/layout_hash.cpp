// SPDX-License-Identifier: MIT
#include "store/cache/layout_hash.hpp"

#include <initializer_list>

#include "store/layout/history.hpp"
#include "store/layout/layout.hpp"

namespace dummycache::store {

namespace {

/// FNV-1a over numbers: http://www.isthe.com/chongo/tech/comp/fnv/
constexpr std::uint64_t hash_numbers(std::initializer_list<std::uint64_t> numbers) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const std::uint64_t number : numbers) hash = (hash ^ number) * 0x100000001b3U;
    return hash;
}

}  // namespace

std::uint64_t layout_hash() noexcept {
    using namespace layout;
    return hash_numbers({sizeof(EntryHeader),
                         sizeof(OverflowRef),
                         sizeof(Bucket),
                         sizeof(IndexPage),
                         sizeof(Shard),
                         kBuckets,
                         kSlots,
                         kTagShift,
                         kTagBits,
                         kSecondChoice,
                         kDeadlineShift,
                         kKeyShift,
                         kValueShift,
                         kEraShift,
                         kFirstEntry,
                         offsetof(IndexPage, marks),
                         offsetof(Shard, next_id),
                         offsetof(Shard, open),
                         offsetof(Shard, listed_bytes),
                         offsetof(Shard, changes),
                         offsetof(Shard, insertion_point),
                         sizeof(LeaseRecord),
                         kLeases,
                         offsetof(Shard, undo_count),
                         sizeof(CheckpointRecord),
                         sizeof(UndoRecord),
                         kMaxSmallEntry,
                         kMaxInlineKey,
                         offsetof(Shard, sampled_tick),
                         sizeof(WriteTimes),
                         sizeof(RemovalRings),
                         sizeof(RemovalRecord)});
}

}  // namespace dummycache::store
