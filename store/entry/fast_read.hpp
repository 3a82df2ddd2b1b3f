// SPDX-License-Identifier: MIT
// The usual read: one attempt for a small entry in an undisturbed bucket. The order of loads, and the
// proof, are those of read_protocol.hpp. Every unusual case is left to that file.
//
// A get waits for memory twice: for the bucket, and for the entry. Meanwhile the processor begins the next
// get, if both fit its queue of some two or three hundred instructions. So fewer instructions save twice:
// their own time, and more overlap. That is why this code has no calls, no objects in memory, and no rare
// cases.
#pragma once

#include "store/entry/read_protocol.hpp"

namespace dummycache::store {

/// A hit, a miss, or `again`: then a Reader has to find out.
struct FastRead {
    ReadOutcome outcome = ReadOutcome::again;
    ReadMeta meta{};
};

/// Whether an entry with this header may be a small one, within its page, with a key of this length.
[[nodiscard, gnu::always_inline]] inline bool is_small_in_page(std::uint64_t offset,
                                                               std::uint64_t deadline_word,
                                                               const Lengths& lengths,
                                                               std::size_t key_bytes) noexcept {
    constexpr std::uint64_t kPerFlag = layout::kChecked / layout::kChecksumBytes;
    const std::uint64_t checksum = (deadline_word & layout::kChecked) / kPerFlag;  // without a branch
    const std::uint64_t end =
        offset % layout::kPageBytes + sizeof(layout::EntryHeader) + lengths.key + lengths.value + checksum;
    return (deadline_word & layout::kOverflow) == 0 && lengths.key == key_bytes && end <= layout::kPageBytes;
}

/// The bucket that seems to hold a key, as it was when it was read.
struct FastBucket {
    layout::IndexPage* index = nullptr;
    const layout::Bucket* bucket = nullptr;  ///< null: the answer is not known
    std::uint64_t version = 0;
    unsigned found = 0;  ///< slots with the key's tag; 0: the key is not there
};

[[nodiscard, gnu::always_inline]] inline FastBucket find_fast(const Memory& memory, const KeyHash& hash,
                                                              std::uint32_t committed, bool marks) noexcept {
    const layout::DirectoryWord& word = directory_word_of(memory, hash);
    const std::uint32_t link = load_link(word);
    layout::IndexPage* const page = index_page_at(memory, link, committed);
    if (page == nullptr) [[unlikely]]  // no page, or a page committed after `committed` was loaded
        return {};
    DUMMYCACHE_KILL_POINT("page chosen by a reader");
    layout::IndexPage& index = *page;
    __builtin_prefetch(
        &index.buckets[hash.second()]);  // for a third of the keys, which would wait for it later
    if (marks) __builtin_prefetch(&index.marks[hash.first]);
    const layout::Bucket& first = index.buckets[hash.first];
    const std::uint64_t version = first.version.load(std::memory_order_acquire);  // VERSION
    DUMMYCACHE_KILL_POINT("bucket chosen by a reader");
    if (const unsigned found = slots_with_tag(first, hash.tag); found != 0)
        return {&index, &first, version, found};
    const layout::Bucket* last = &first;
    std::uint64_t last_version = version;
    if ((version & layout::kSpilled) != 0) {
        last = &index.buckets[hash.second()];
        last_version = last->version.load(std::memory_order_acquire);  // VERSION
        if (const unsigned found = slots_with_tag(*last, hash.tag); found != 0)
            return {&index, last, last_version, found};
    }
    fence_acquire();  // VERSION, DIR
    const bool unchanged = first.version.load(std::memory_order_relaxed) == version &&
                           last->version.load(std::memory_order_relaxed) == last_version &&
                           word.load(std::memory_order_relaxed) == link;
    return {&index, unchanged ? last : nullptr, last_version, 0};
}

template <class Target>
[[nodiscard, gnu::always_inline]] inline FastRead read_fast(const Memory& memory, const KeyHash& hash,
                                                            std::string_view key, const Target& target,
                                                            bool counts) {
    const std::uint32_t committed = memory.committed();
    const bool marks = counts && memory.is_marking();
    const FastBucket in = find_fast(memory, hash, committed, marks);
    if (in.bucket == nullptr) [[unlikely]]
        return {};
    if (in.found == 0) return {ReadOutcome::miss};
    const auto slot = static_cast<unsigned>(__builtin_ctz(in.found));
    const std::uint64_t word = in.bucket->slots[slot].load(std::memory_order_acquire);  // SLOT
    prefetch_entry(memory, word);
    const EntryRef entry = EntryRef::of_slot(memory, word);
    // Leaves to the Reader: two slots with this tag, and a slot that has changed since its tag was
    // compared.
    if ((in.found & (in.found - 1)) != 0 || word >> layout::kTagShift != hash.tag ||
        entry.page() >= committed ||
        entry.offset_in_page() > layout::kPageBytes - sizeof(layout::EntryHeader)) [[unlikely]]
        return {};
    const ReadMeta meta{entry.id(), entry.deadline_word(), entry.lengths()};
    if (!is_small_in_page(entry.offset(), meta.deadline_word, meta.lengths, key.size()) ||
        !equal_bytes(entry.key(0), key.data(), key.size()) || !is_alive(memory, meta)) [[unlikely]]
        return {};
    const auto unchanged = [&] {
        fence_acquire();  // REUSE
        return in.bucket->version.load(std::memory_order_relaxed) == in.version;
    };
    if (target.must_allocate(meta.lengths.value) && !unchanged()) [[unlikely]]
        return {};
    const std::span<std::byte> room = target.room(meta.lengths.value);
    DUMMYCACHE_KILL_POINT("value found by a reader");
    copy_bytes(room.data(), entry.value(meta.lengths), room.size());
    DUMMYCACHE_KILL_POINT("value copied by a reader");
    if (!unchanged()) [[unlikely]]
        return {};
    if (marks) {
        std::atomic<std::uint8_t>* const of_bucket = in.index->marks[in.bucket - in.index->buckets];
        note_visit(memory, hash.shard, entry, meta.deadline_word, of_bucket[slot]);
    }
    return {ReadOutcome::hit, meta};
}

}  // namespace dummycache::store
