// SPDX-License-Identifier: MIT
// The engine's reads.
#include <thread>

#include "store/entry/attachment.hpp"
#include "store/entry/fast_read.hpp"

namespace dummycache::store {

namespace {

constexpr int kTries = 64;

const char* name_of(Use use) noexcept { return use == Use::waits ? "wait" : "get"; }

/// Counts without a locked instruction; see layout::ReadCounters.
void bump(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace

template <class Target>
std::optional<ReadMeta> Engine::read(std::string_view key, KeyHash hash, Target target, Use use) {
    const layout::Superblock& superblock = *memory_.superblock;
    const std::uint64_t not_ready = superblock.state.load(std::memory_order_relaxed) ^
                                    static_cast<std::uint64_t>(layout::SegmentState::ready);
    if ((not_ready | superblock.rollback_target.load(std::memory_order_relaxed)) != 0) [[unlikely]]
        return read_carefully(key, hash, target, use);
    const QuickRead read = read_quickly(memory_, hash, key, target, use == Use::counts);
    if (read.outcome == ReadOutcome::again) [[unlikely]]
        return read_carefully(key, hash, target, use);
    if (use == Use::counts) {
        layout::ReadCounters& counters = self_.counters();
        bump(read.outcome == ReadOutcome::hit ? counters.hits : counters.misses);
    }
    if (read.outcome == ReadOutcome::miss) return std::nullopt;
    return read.meta;
}

/// Whatever read_quickly does not do: large entries, entries whose time is over, removed caches, writers in the way.
template <class Target>
std::optional<ReadMeta> Engine::read_carefully(std::string_view key, KeyHash hash, Target target, Use use) {
    check_not_removed(memory_, self_, name_of(use));
    help_rollback();
    Reader reader(memory_, hash, key, use == Use::counts);
    ReadOutcome outcome = reader.attempt(target);
    for (int i = 1; outcome == ReadOutcome::again && i < kTries; ++i) outcome = reader.attempt(target);
    if (outcome == ReadOutcome::again) [[unlikely]]
        outcome = read_slowly(reader, hash, target, use);
    if (use == Use::counts) {
        layout::ReadCounters& counters = self_.counters();
        bump(outcome == ReadOutcome::hit ? counters.hits : counters.misses);
    }
    if (outcome == ReadOutcome::miss) return std::nullopt;
    return reader.meta();
}

/// Writers kept getting in the way. Alternates between one attempt under the lock, if it is free,
/// and optimistic ones: each that fails proves that a live writer got on. Never waits for the lock.
template <class Target>
ReadOutcome Engine::read_slowly(Reader& reader, const KeyHash& hash, const Target& target, Use use) {
    bump(self_.counters().retries);
    const ipc::Deadline deadline = lock_deadline();
    do {
        if (auto guard = ShardGuard::try_lock(memory_, arena_, self_, hash.shard)) {
            const ReadOutcome outcome = reader.attempt(target);
            if (outcome != ReadOutcome::again) return outcome;
            guard->locked().mark_damaged();  // nobody writes now: what was read makes no sense
        }
        for (int i = 0; i < kTries; ++i) {
            const ReadOutcome outcome = reader.attempt(target);
            if (outcome != ReadOutcome::again) return outcome;
        }
        std::this_thread::yield();
    } while (std::chrono::steady_clock::now() < deadline);
    throw_busy(memory_.shards[hash.shard].lock, self_, name_of(use), "shard " + std::to_string(hash.shard));
}

/// Finishes the rollback of a process that died, if that can be done without waiting; a reader need not.
void Engine::help_rollback() noexcept {
    if (memory_.superblock->rollback_target.load(std::memory_order_relaxed) == 0) return;
    // `rollback_target` stays for as long as a load takes: not every reader is to ask each time whether its process lives.
    constexpr std::int64_t kEveryUs = 5000;
    const auto now_us = static_cast<std::int64_t>(ipc::boot_us());
    if (now_us - helped_us_.load(std::memory_order_relaxed) < kEveryUs) return;
    helped_us_.store(now_us, std::memory_order_relaxed);
    const ipc::Holder holder = ipc::holder_of(memory_.superblock->all_shards_lock, self_);
    if (holder.slot != ipc::kNoSlot && !self_.is_dead(holder.slot, holder.generation)) return;
    try {
        const AllShardsGuard finished(memory_, arena_, self_, std::chrono::steady_clock::now(), "get");
    } catch (const std::exception&) {
        // Somebody else does it, or is in the way: each key is read as it was before or as it is after.
    }
}

bool Engine::fetch(std::string_view key, std::string& value) {
    return read(key, hash_key(key, "get"), StringTarget{value}, Use::counts).has_value();
}

std::optional<ReadMeta> Engine::get(std::string_view key, std::string& value, Use use) {
    return read(key, hash_key(key, name_of(use)), StringTarget{value}, use);
}

std::optional<ReadMeta> Engine::get(std::string_view key, std::span<char> buffer) {
    return read(key, hash_key(key, "get"), BufferTarget{buffer}, Use::counts);
}

std::optional<ReadMeta> Engine::find(std::string_view key, Use use) {
    return read(key, hash_key(key, "get"), NoTarget{}, use);
}

/// What is left until the deadline; empty if it has passed.
std::optional<std::chrono::microseconds> Engine::remaining(const ReadMeta& meta) const noexcept {
    const std::uint64_t deadline = deadline_of(meta.deadline_word);
    if (deadline == kNoDeadline) return kForever;
    const std::uint64_t now = now_us();
    if (now >= deadline) return std::nullopt;
    return std::chrono::microseconds(deadline - now);
}

std::optional<Entry> Engine::get_entry(std::string_view key, Use use) {
    Entry entry;
    const auto meta = get(key, entry.value, use);
    const auto ttl = meta ? remaining(*meta) : std::nullopt;
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

std::optional<std::chrono::microseconds> Engine::ttl(std::string_view key) {
    const auto meta = find(key, Use::looks);
    return meta ? remaining(*meta) : std::nullopt;
}

std::vector<std::optional<std::string>> Engine::get_many(std::span<const std::string_view> keys) {
    constexpr std::size_t kAhead = 16;
    std::vector<std::optional<std::string>> values(keys.size());
    KeyHash hashes[kAhead];
    for (std::size_t base = 0; base < keys.size(); base += kAhead) {
        const std::size_t count = std::min(kAhead, keys.size() - base);
        layout::IndexPage* pages[kAhead];
        // Three sweeps, each asking for the memory that the next one needs.
        for (std::size_t i = 0; i < count; ++i) {
            hashes[i] = hash_key(keys[base + i], "get_many");
            const std::uint32_t page =
                memory_.directory(hashes[i].shard)[hashes[i].directory_word(memory_)].load(
                    std::memory_order_acquire);  // DIR
            pages[i] = page == 0 || page > memory_.committed() ? nullptr : &memory_.index_page(page - 1);
            if (pages[i] != nullptr) __builtin_prefetch(&pages[i]->buckets[hashes[i].first]);
        }
        for (std::size_t i = 0; i < count; ++i) {
            if (pages[i] == nullptr) continue;
            const layout::Bucket& bucket = pages[i]->buckets[hashes[i].first];
            if (const unsigned found = slots_with_tag(bucket, hashes[i].tag); found != 0) {
                const std::uint64_t word = bucket.slots[__builtin_ctz(found)].load(std::memory_order_relaxed);
                prefetch_entry(memory_, word);
                if (memory_.is_marking()) __builtin_prefetch(&pages[i]->marks[hashes[i].first]);
            } else if ((bucket.version.load(std::memory_order_relaxed) & layout::kSpilled) != 0) {
                __builtin_prefetch(&pages[i]->buckets[hashes[i].second()]);
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            std::string value;
            if (read(keys[base + i], hashes[i], StringTarget{value}, Use::counts))
                values[base + i] = std::move(value);
        }
    }
    return values;
}

}  // namespace dummycache::store
