// SPDX-License-Identifier: MIT
#include "store/entry/read.hpp"

#include <thread>

#include <fmt/format.h>

#include "store/entry/fast_read.hpp"
#include "store/entry/request.hpp"
#include "store/history/journal.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

namespace {

constexpr int kTries = 64;

const char* name_of(Use use) noexcept { return use == Use::waits ? "wait" : "get"; }

/// Counts without a locked instruction; see layout::ReadCounters.
void bump(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

/// Finishes the rollback of a dead process, if that needs no wait. A reader can go on without it.
void help_rollback(Attachment& attachment) noexcept {
    if (attachment.memory.superblock->rollback_target.load(std::memory_order_relaxed) == 0) return;
    // `rollback_target` is set during the whole of a load. So a reader asks only every 5 ms whether the
    // process is alive.
    constexpr std::int64_t kEveryUs = 5000;
    const auto now_us = static_cast<std::int64_t>(ipc::boot_us());
    if (now_us - attachment.helped_us.load(std::memory_order_relaxed) < kEveryUs) return;
    attachment.helped_us.store(now_us, std::memory_order_relaxed);
    const ipc::Holder holder = ipc::holder_of(attachment.memory.superblock->all_shards_lock, attachment.self);
    if (holder.slot != ipc::kNoSlot && !attachment.self.is_dead(holder.slot, holder.generation)) return;
    if (!attachment.self.try_join()) return;
    try {
        const AllShardsGuard finished(attachment, ipc::steady_now(), "get");
    } catch (const std::exception&) {
        // Another process finishes it, or holds a lock. Each key is read as it was before the rollback or
        // as it is after it.
    }
}

/// Used when writers have disturbed all attempts. Alternates between one attempt under the lock, if that is
/// free, and optimistic attempts. Each failed attempt proves that a live writer made progress. Never waits
/// for the lock. Throws busy at the deadline.
template <class Target>
ReadOutcome read_slowly(Attachment& attachment, Reader& reader, const KeyHash& hash, const Target& target,
                        Use use) {
    bump(attachment.self.counters().retries);
    const ipc::Deadline deadline = attachment.lock_deadline();
    do {
        // A process without a slot cannot take the lock.
        if (!attachment.self.try_join()) {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
        } else if (auto guard = ShardGuard::try_lock(LockedShard::of(attachment, hash.shard))) {
            const ReadOutcome outcome = reader.attempt(target);
            if (outcome != ReadOutcome::again) return outcome;
            guard->locked().mark_damaged();  // no process writes now, so the bytes are damaged
        }
        for (int i = 0; i < kTries; ++i) {
            const ReadOutcome outcome = reader.attempt(target);
            if (outcome != ReadOutcome::again) return outcome;
        }
        std::this_thread::yield();
    } while (ipc::steady_now() < deadline);
    throw_busy(attachment.memory.shards[hash.shard].lock, attachment.self, name_of(use),
               fmt::format("shard {}", hash.shard));
}

/// All cases that read_fast leaves: large entries, expired entries, removed caches, disturbing writers.
template <class Target>
[[gnu::noinline]] std::optional<ReadMeta> read_carefully(Attachment& attachment, std::string_view key,
                                                         KeyHash hash, Target target, Use use) {
    check_not_removed(attachment, name_of(use));
    help_rollback(attachment);
    Reader reader(attachment.memory, hash, key, use == Use::counts);
    ReadOutcome outcome = reader.attempt(target);
    for (int i = 1; outcome == ReadOutcome::again && i < kTries; ++i) outcome = reader.attempt(target);
    if (outcome == ReadOutcome::again) [[unlikely]]
        outcome = read_slowly(attachment, reader, hash, target, use);
    if (use == Use::counts) {
        layout::ReadCounters& counters = attachment.self.counters();
        bump(outcome == ReadOutcome::hit ? counters.hits : counters.misses);
    }
    if (outcome == ReadOutcome::miss) return std::nullopt;
    return reader.meta();
}

/// A read of a cache that was not removed and is not being rolled back.
template <class Target>
[[gnu::always_inline]] inline std::optional<ReadMeta> read_usually(Attachment& attachment,
                                                                   std::string_view key, const KeyHash& hash,
                                                                   const Target& target, Use use) {
    const FastRead read = read_fast(attachment.memory, hash, key, target, use == Use::counts);
    if (read.outcome == ReadOutcome::again) [[unlikely]]
        return read_carefully(attachment, key, hash, target, use);
    if (use == Use::counts) {
        layout::ReadCounters& counters = attachment.self.counters();
        bump(read.outcome == ReadOutcome::hit ? counters.hits : counters.misses);
    }
    if (read.outcome == ReadOutcome::miss) return std::nullopt;
    return read.meta;
}

[[nodiscard]] bool is_ready_and_still(const layout::Superblock& superblock) noexcept {
    return superblock.state.load(kRelaxed) == static_cast<std::uint64_t>(layout::SegmentState::ready) &&
           superblock.rollback_target.load(kRelaxed) == 0;
}

/// A read whose event is noted, or of a cache that was removed or is rolled back.
template <class Target>
[[gnu::noinline]] std::optional<ReadMeta> read_unusually(Attachment& attachment, std::string_view key,
                                                         KeyHash hash, Target target, Use use,
                                                         layout::Call call) {
    const auto meta = is_ready_and_still(*attachment.memory.superblock)
                          ? read_usually(attachment, key, hash, target, use)
                          : read_carefully(attachment, key, hash, target, use);
    if (use == Use::counts && is_noting(attachment.memory))
        note_event_of_caller(attachment, {call, meta ? layout::Outcome::hit : layout::Outcome::miss,
                                          hash.value, key, meta ? meta->lengths.value : 0});
    return meta;
}

template <class Target>
[[gnu::always_inline]] inline std::optional<ReadMeta> read(Attachment& attachment, std::string_view key,
                                                           KeyHash hash, Target target, Use use,
                                                           layout::Call call = layout::Call::get) {
    const layout::Superblock& superblock = *attachment.memory.superblock;
    const std::uint64_t not_ready = superblock.state.load(std::memory_order_relaxed) ^
                                    static_cast<std::uint64_t>(layout::SegmentState::ready);
    if ((not_ready | superblock.rollback_target.load(kRelaxed) | superblock.journal.load(kRelaxed)) != 0)
        [[unlikely]]
        return read_unusually(attachment, key, hash, target, use, call);
    return read_usually(attachment, key, hash, target, use);
}

}  // namespace

bool get(Attachment& attachment, std::string_view key, std::string& value) {
    return read(attachment, key, hash_key(attachment.memory, key, "get"), StringTarget{value}, Use::counts)
        .has_value();
}

std::optional<ReadMeta> get(Attachment& attachment, std::string_view key, std::string& value, Use use) {
    return read(attachment, key, hash_key(attachment.memory, key, name_of(use)), StringTarget{value}, use);
}

std::optional<ReadMeta> get(Attachment& attachment, std::string_view key, std::span<char> buffer) {
    return read(attachment, key, hash_key(attachment.memory, key, "get"), BufferTarget{buffer}, Use::counts);
}

std::optional<ReadMeta> find(Attachment& attachment, std::string_view key, Use use) {
    return read(attachment, key, hash_key(attachment.memory, key, "get"), NoTarget{}, use,
                layout::Call::contains);
}

std::optional<std::chrono::microseconds> remaining(const Attachment& attachment,
                                                   const ReadMeta& meta) noexcept {
    const std::uint64_t deadline = deadline_of(meta.deadline_word);
    if (deadline == kNoDeadline) return kForever;
    const std::uint64_t now = attachment.now_us();
    if (now >= deadline) return std::nullopt;
    return std::chrono::microseconds(deadline - now);
}

std::optional<Entry> get_entry(Attachment& attachment, std::string_view key, Use use) {
    Entry entry;
    const auto meta = get(attachment, key, entry.value, use);
    const auto ttl = meta ? remaining(attachment, *meta) : std::nullopt;
    if (!ttl) return std::nullopt;
    entry.ttl = *ttl;
    entry.codec = static_cast<Codec>(meta->deadline_word & layout::kCodecMask);
    entry.id = meta->id;
    entry.writer = meta->lengths.writer;
    entry.stored_bytes =
        entry_bytes(meta->lengths, meta->deadline_word) +
        std::uint64_t{pages_for(overflow_bytes(meta->lengths, meta->deadline_word))} * layout::kPageBytes;
    return entry;
}

std::optional<std::chrono::microseconds> ttl(Attachment& attachment, std::string_view key) {
    const auto meta = find(attachment, key, Use::looks);
    return meta ? remaining(attachment, *meta) : std::nullopt;
}

void prefetch(const Attachment& attachment, std::string_view key) noexcept {
    if (key.empty() || key.size() > layout::kMaxKeyBytes) return;
    const KeyHash hash = hash_of(attachment.memory, key);
    // The processor goes on with the caller's work while it waits for the bucket that leads to the entry.
    prefetch_entry_of(attachment.memory, hash);
}

std::vector<std::optional<std::string>> get_many(Attachment& attachment,
                                                 std::span<const std::string_view> keys) {
    constexpr std::size_t kAhead = 16;
    std::vector<std::optional<std::string>> values(keys.size());
    KeyHash hashes[kAhead];
    for (std::size_t base = 0; base < keys.size(); base += kAhead) {
        const std::size_t count = std::min(kAhead, keys.size() - base);
        layout::IndexPage* pages[kAhead];
        // Three passes. Each prefetches the memory that the next one needs.
        for (std::size_t i = 0; i < count; ++i) {
            hashes[i] = hash_key(attachment.memory, keys[base + i], "get_many");
            pages[i] = index_page_of(attachment.memory, hashes[i]);
            if (pages[i] != nullptr) __builtin_prefetch(&pages[i]->buckets[hashes[i].first]);
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (pages[i] == nullptr) continue;
            const layout::Bucket& bucket = pages[i]->buckets[hashes[i].first];
            if (const unsigned found = slots_with_tag(bucket, hashes[i].tag); found != 0) {
                const std::uint64_t word = bucket.slots[__builtin_ctz(found)].load(std::memory_order_relaxed);
                prefetch_entry(attachment.memory, word);
                if (attachment.memory.is_marking()) __builtin_prefetch(&pages[i]->marks[hashes[i].first]);
            } else if ((bucket.version.load(std::memory_order_relaxed) & layout::kSpilled) != 0) {
                __builtin_prefetch(&pages[i]->buckets[hashes[i].second()]);
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            std::string value;
            if (read(attachment, keys[base + i], hashes[i], StringTarget{value}, Use::counts))
                values[base + i] = std::move(value);
        }
    }
    return values;
}

}  // namespace dummycache::store
