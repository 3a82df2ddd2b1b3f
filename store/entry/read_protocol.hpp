// SPDX-License-Identifier: MIT
// The read path: no lock, no store but a mark.
//
// A reader: (1) loads its directory word, (2) loads a bucket's version and slots, (3) follows a
// slot with the key's tag after checking that it leads to committed memory, (4) compares the key,
// (5) copies the value, (6) fence(acquire), loads the version again: changed means "look again".
//
// A writer: (a) fence(release), (b) writes the entry, (c) stores the slot, (d) bumps the version;
// only then may the old entry's bytes be reused, by a writer that begins with (a).
//
// Why no reader returns a mixed value: suppose it copied a byte of a later use of the memory. That
// byte was written after an (a) that came after the (d) of the entry it was following. The fence in
// (6) pairs with that (a) (REUSE), so the load in (6) sees (d), and the reader looks again.
// Why no reader misses a key that is there: a key changes its slot only in a split. It stands in
// the new page before the directory leads there and in the old one until it does; a reader that
// finds neither finds its directory word changed, and looks again (DIR). Its entry may lie in memory that was
// committed after the reader began: what seems to lead outside is compared with what is committed by now.
// There is no "being written" state: a reader does not notice a writer that is dead or stopped.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "ipc/cache_clock.hpp"
#include "ipc/kill_point.hpp"
#include "store/index/index.hpp"
#include "store/layout/overflow.hpp"

namespace dummycache::store {

enum class ReadOutcome : std::uint8_t { hit, miss, again };

/// The data of an entry besides its value.
struct ReadMeta {
    std::uint64_t id = 0;
    std::uint64_t deadline_word = 0;
    Lengths lengths{};
};

/// Whether an entry may be seen now. Reads the time only if the entry has a deadline.
[[nodiscard, gnu::always_inline]] inline bool is_alive(const Memory& memory, const ReadMeta& meta) noexcept {
    return is_visible(meta.id, meta.deadline_word,
                      memory.superblock->clear_era.load(std::memory_order_relaxed),
                      [&] { return ipc::CacheClock(memory.superblock->clock).now_us(); });
}

/// Target of a value: a string that grows.
struct StringTarget {
    std::string& out;
    [[nodiscard]] bool must_allocate(std::uint64_t bytes) const noexcept {
        return bytes > out.size() && bytes > out.capacity();
    }
    [[nodiscard]] std::span<std::byte> room(std::uint64_t bytes) const {
        if (bytes != out.size()) resize(bytes);
        return std::as_writable_bytes(std::span(out.data(), bytes));
    }
    [[gnu::noinline]] void resize(std::uint64_t bytes) const { out.resize(bytes); }
};

/// Target of a value: the caller's buffer, which takes as much as it can hold.
struct BufferTarget {
    std::span<char> buffer;
    [[nodiscard]] static bool must_allocate(std::uint64_t) noexcept { return false; }
    [[nodiscard]] std::span<std::byte> room(std::uint64_t bytes) const noexcept {
        return std::as_writable_bytes(buffer.first(std::min<std::size_t>(buffer.size(), bytes)));
    }
};

/// No target: the value is not copied.
struct NoTarget {
    [[nodiscard]] static bool must_allocate(std::uint64_t) noexcept { return false; }
    [[nodiscard]] static std::span<std::byte> room(std::uint64_t) noexcept { return {}; }
};

/// Leaves a mark for eviction. Stores nothing if the mark has its highest value already. Stores nothing
/// either while the entry's page is still open: a new key is often read several times at once, and that
/// says nothing about later reads ("correlated references", O'Neil et al., LRU-K, 1993). Large entries
/// count at once: all entries of a cache of large values may be in one page.
inline void note_visit(const Memory& memory, std::uint32_t shard, const EntryRef& entry,
                       std::uint64_t deadline_word, std::atomic<std::uint8_t>& mark) noexcept {
    const std::uint8_t now = mark.load(std::memory_order_relaxed);
    if ((now & layout::kVisits) >= layout::kMaxVisits) return;
    const std::uint32_t nursery = memory.shards[shard].open[layout::kNursery].load(std::memory_order_relaxed);
    if (nursery == entry.page() + 1 && (deadline_word & layout::kOverflow) == 0) return;
    mark.store(static_cast<std::uint8_t>(now + 1), std::memory_order_relaxed);
}

/// Attempts to read one key.
class Reader {
public:
    Reader(const Memory& memory, const KeyHash& hash, std::string_view key, bool counts)
        : memory_(memory),
          hash_(hash),
          key_(key),
          word_(directory_word_of(memory, hash)),
          marks_(counts && memory.is_marking()) {}

    /// One optimistic attempt. `again`: a writer has changed the bucket meanwhile. May throw bad_alloc, but
    /// never for a length that was not the entry's.
    template <class Target>
    ReadOutcome attempt(const Target& target) {
        const std::uint32_t link = load_link(word_);
        if (link == 0) return ReadOutcome::miss;
        committed_ = memory_.committed();
        layout::IndexPage* const page = index_page_at(memory_, link, committed_);
        if (page == nullptr) return ReadOutcome::again;
        DUMMYCACHE_KILL_POINT("page chosen by a reader");
        layout::IndexPage& index = *page;
        const layout::Bucket& first = index.buckets[hash_.first];
        if (marks_) __builtin_prefetch(&index.marks[hash_.first]);
        const std::uint64_t version = first.version.load(std::memory_order_acquire);  // VERSION
        DUMMYCACHE_KILL_POINT("bucket chosen by a reader");
        if (const auto outcome = look(index, hash_.first, version, target)) return *outcome;
        std::uint64_t second_version = 0;
        const bool spilled = (version & layout::kSpilled) != 0;
        if (spilled) {
            second_version =
                index.buckets[hash_.second()].version.load(std::memory_order_acquire);  // VERSION
            if (const auto outcome = look(index, hash_.second(), second_version, target)) return *outcome;
        }
        fence_acquire();  // VERSION, DIR
        const bool unchanged = first.version.load(std::memory_order_relaxed) == version &&
                               (!spilled || index.buckets[hash_.second()].version.load(
                                                std::memory_order_relaxed) == second_version) &&
                               word_.load(std::memory_order_relaxed) == link;
        return unchanged ? ReadOutcome::miss : ReadOutcome::again;
    }

    /// The entry's data; valid after a hit.
    [[nodiscard]] const ReadMeta& meta() const noexcept { return meta_; }

private:
    template <class Target>
    std::optional<ReadOutcome> look(layout::IndexPage& index, std::uint32_t number, std::uint64_t version,
                                    const Target& target) {
        const layout::Bucket& bucket = index.buckets[number];
        for (unsigned found = slots_with_tag(bucket, hash_.tag); found != 0; found &= found - 1) {
            const auto slot = static_cast<unsigned>(__builtin_ctz(found));
            const std::uint64_t word = bucket.slots[slot].load(std::memory_order_acquire);  // SLOT
            prefetch_entry(memory_, word);
            if (!is_candidate(word)) continue;
            const EntryRef entry = EntryRef::of_slot(memory_, word);
            const auto unchanged = [&] {
                fence_acquire();  // REUSE
                return bucket.version.load(std::memory_order_relaxed) == version;
            };
            if (!is_alive(memory_, meta_)) return unchanged() ? ReadOutcome::miss : ReadOutcome::again;
            constexpr std::uint64_t kTrusted = 4096;
            const std::uint64_t bytes = meta_.lengths.value;
            if ((bytes > kTrusted || target.must_allocate(bytes)) && !unchanged()) return ReadOutcome::again;
            const std::span<std::byte> room = target.room(bytes);
            DUMMYCACHE_KILL_POINT("value found by a reader");
            const bool whole = room.empty() || copy_value(memory_, entry, meta_.deadline_word, meta_.lengths,
                                                          room.data(), room.size());
            DUMMYCACHE_KILL_POINT("value copied by a reader");
            if (!unchanged() || !whole) return ReadOutcome::again;
            if (marks_)
                note_visit(memory_, hash_.shard, entry, meta_.deadline_word, index.marks[number][slot]);
            return ReadOutcome::hit;
        }
        return std::nullopt;
    }

    /// Whether a slot leads to an entry with this key; reads the entry's header into meta_.
    [[gnu::always_inline]] bool is_candidate(std::uint64_t word) noexcept {
        const EntryRef entry = EntryRef::of_slot(memory_, word);
        if (word >> layout::kTagShift != hash_.tag) return false;
        if (!is_committed([&] { return entry.page() < committed_; })) [[unlikely]]
            return false;
        const std::uint32_t start = entry.offset_in_page();
        if (start + sizeof(layout::EntryHeader) > layout::kPageBytes) return false;
        meta_ = {entry.id(), entry.deadline_word(), entry.lengths()};
        if (meta_.lengths.key != key_.size()) return false;
        if (start + entry_bytes(meta_.lengths, meta_.deadline_word) > layout::kPageBytes) return false;
        if (!is_committed([&] { return overflow_fits(meta_.lengths, meta_.deadline_word, committed_); }))
            return false;
        return key_equals(memory_, entry, meta_.deadline_word, meta_.lengths.key, key_, hash_.value);
    }

    /// Whether something lies in committed memory. First compares with the memory that was committed when
    /// the attempt began. Then compares with the memory that is committed now, since a slot may be younger.
    template <class Lies>
    [[nodiscard]] bool is_committed(Lies&& lies) noexcept {
        if (lies()) [[likely]]
            return true;
        committed_ = memory_.committed();
        return lies();
    }

    const Memory& memory_;
    const KeyHash& hash_;
    std::string_view key_;
    const layout::DirectoryWord& word_;
    std::uint32_t committed_ = 0;
    bool marks_;
    ReadMeta meta_;
};

}  // namespace dummycache::store
