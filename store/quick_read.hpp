// SPDX-License-Identifier: MIT
// The usual read, and nothing else: one try for a small entry that lies where it should. The order of loads is
// reader.hpp's, and so is the proof; whatever is unusual is left to it.
//
// A get waits for memory twice: for the bucket, and for the entry. The processor begins the next get meanwhile if it
// has room for its instructions, some two or three hundred. So a read of few instructions is worth twice what it
// saves, and this one is written to be compiled into few: no loop, no object, one branch for all that is rare.
#pragma once

#include "store/reader.hpp"

namespace dummycache::store {

/// A hit, a miss, or `again`: what a Reader has to find out.
struct QuickRead {
    ReadOutcome outcome = ReadOutcome::again;
    ReadMeta meta{};
};

/// Whether an entry of this header may be a small one of so long a key: within its page, which is committed.
[[nodiscard, gnu::always_inline]] inline bool is_small_in_page(std::uint64_t offset, std::uint32_t committed,
                                                               std::uint64_t due, const Lengths& lengths,
                                                               std::size_t key_bytes) noexcept {
    const std::uint64_t sum =
        (due & layout::kChecked) / (layout::kChecked / layout::kChecksumBytes);  // without a branch
    const std::uint64_t end =
        offset % layout::kPageBytes + sizeof(layout::EntryHeader) + lengths.key + lengths.value + sum;
    return offset / layout::kPageBytes < committed && (due & layout::kChained) == 0 &&
           lengths.key == key_bytes && end <= layout::kPageBytes;
}

template <class Target>
[[nodiscard, gnu::always_inline]] inline QuickRead read_quickly(const Memory& memory, const KeyHash& hash,
                                                                std::string_view key, const Target& target,
                                                                bool marks) {
    const layout::Superblock& superblock = *memory.superblock;
    std::byte* const arena = memory.arena;
    const layout::DirectoryWord& directory_word = memory.directory(hash.shard)[hash.directory_word(memory)];
    const std::uint32_t page = directory_word.load(std::memory_order_acquire);  // DIR
    const std::uint32_t committed = memory.committed();
    if (page - 1 >= committed) [[unlikely]]  // 0, or younger than what is known of committed memory
        return {};
    DUMMYCACHE_KILL_POINT("page chosen by a reader");
    auto& index = *reinterpret_cast<layout::IndexPage*>(arena + std::uint64_t{page - 1} * layout::kPageBytes);
    __builtin_prefetch(&index.marks[hash.first]);
    const layout::Bucket* bucket = &index.buckets[hash.first];
    std::uint64_t version = bucket->version.load(std::memory_order_acquire);  // VERSION
    DUMMYCACHE_KILL_POINT("bucket chosen by a reader");
    unsigned found = slots_with_tag(*bucket, hash.tag);
    if (found == 0) {
        const std::uint64_t first_version = version;
        if ((version & layout::kSpilled) != 0) {
            bucket = &index.buckets[hash.second()];
            version = bucket->version.load(std::memory_order_acquire);  // VERSION
            found = slots_with_tag(*bucket, hash.tag);
        }
        if (found == 0) {
            fence_acquire();
            const bool unchanged =
                index.buckets[hash.first].version.load(std::memory_order_relaxed) == first_version &&
                bucket->version.load(std::memory_order_relaxed) == version &&
                directory_word.load(std::memory_order_relaxed) == page;
            return {unchanged ? ReadOutcome::miss : ReadOutcome::again};
        }
    }
    const auto slot = static_cast<unsigned>(__builtin_ctz(found));
    const std::uint64_t word = bucket->slots[slot].load(std::memory_order_acquire);  // SLOT
    prefetch_entry(memory, word);
    const EntryRef entry = EntryRef::of_slot(memory, word);
    // Another key with this tag, or a slot that has changed since its tag was compared: not here.
    if ((found & (found - 1)) != 0 || word >> layout::kTagShift != hash.tag) [[unlikely]]
        return {};
    if (entry.page() >= committed ||
        entry.offset_in_page() > layout::kPageBytes - sizeof(layout::EntryHeader)) [[unlikely]]
        return {};
    const ReadMeta meta{entry.id(), entry.due(), entry.lengths()};
    if (!is_small_in_page(entry.offset(), committed, meta.due, meta.lengths, key.size())) [[unlikely]]
        return {};
    if (!equal_bytes(entry.key(0), key.data(), key.size())) [[unlikely]]
        return {};
    if (meta.id >> layout::kEraShift < superblock.clear_era.load(std::memory_order_relaxed)) [[unlikely]]
        return {};
    const std::uint64_t deadline = meta.due >> layout::kDeadlineShift;
    if (deadline != 0 && ipc::CacheClock(memory.superblock->clock).now_us() >= deadline) [[unlikely]]
        return {};
    const auto unchanged = [&] {
        fence_acquire();  // REUSE
        return bucket->version.load(std::memory_order_relaxed) == version;
    };
    if (target.must_allocate(meta.lengths.value) && !unchanged()) [[unlikely]]
        return {};
    const std::span<std::byte> room = target.room(meta.lengths.value);
    DUMMYCACHE_KILL_POINT("value found by a reader");
    copy_bytes(room.data(), entry.value(meta.lengths), room.size());
    DUMMYCACHE_KILL_POINT("value copied by a reader");
    if (!unchanged()) [[unlikely]]
        return {};
    if (marks) note_visit(index.marks[bucket - index.buckets][slot]);
    return {ReadOutcome::hit, meta};
}

}  // namespace dummycache::store
