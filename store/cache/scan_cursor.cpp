// SPDX-License-Identifier: MIT
#include "store/cache/scan_cursor.hpp"

#include <algorithm>

#include "store/index/directory.hpp"
#include "store/index/entry_walk.hpp"
#include "store/shard/shard_guard.hpp"

namespace dummycache::store {

namespace {

constexpr unsigned kBucketBits = 9;
static_assert(layout::kBuckets < 1U << kBucketBits);

struct Place {
    std::uint32_t shard;
    std::uint32_t word;  ///< bits reversed
    std::uint32_t bucket;

    static Place of(std::uint64_t cursor, unsigned directory_bits) noexcept {
        const std::uint64_t word = cursor >> kBucketBits;
        return {static_cast<std::uint32_t>(word >> directory_bits),
                static_cast<std::uint32_t>(word & ((1U << directory_bits) - 1)),
                static_cast<std::uint32_t>(cursor & ((1U << kBucketBits) - 1))};
    }
    [[nodiscard]] std::uint64_t cursor(unsigned directory_bits) const noexcept {
        return (std::uint64_t{shard} << directory_bits | word) << kBucketBits | bucket;
    }
};

std::uint32_t reversed(std::uint32_t word, unsigned bits) noexcept {
    std::uint32_t result = 0;
    for (unsigned i = 0; i < bits; ++i) result |= (word >> i & 1U) << (bits - 1 - i);
    return result;
}

/// Limits how many places without visible keys one call goes through.
class Effort {
public:
    explicit Effort(std::size_t count) noexcept : keys_(count), buckets_(10 * count + layout::kBuckets) {}
    void pass_bucket(std::size_t found) noexcept {
        keys_ -= std::min(keys_, found);
        buckets_ -= std::min<std::size_t>(buckets_, 1);
    }
    [[nodiscard]] bool spent() const noexcept { return keys_ == 0 || buckets_ == 0; }

private:
    std::size_t keys_;
    std::size_t buckets_;
};

std::size_t add_keys(EntryLoader& loader, const layout::Bucket& bucket, std::vector<std::string>& keys) {
    const std::size_t before = keys.size();
    for (const auto& slot : bucket.slots) {
        const std::uint64_t word = slot.load(std::memory_order_relaxed);
        if (word == 0 || !loader.is_visible(word)) continue;
        const std::string_view key = loader.key(word);
        if (!key.empty()) keys.emplace_back(key);
    }
    return keys.size() - before;
}

/// Goes on in a shard until it is done or the limit of effort is reached. True if the shard is done.
bool scan_locked(const LockedShard& shard, Place& place, Effort& effort, std::vector<std::string>& keys) {
    const Memory& memory = shard.memory;
    const unsigned bits = memory.directory_bits;
    const layout::DirectoryWord* const directory = memory.directory(shard.number);
    EntryLoader loader(memory, shard.now_us());
    const auto page_at = [&](std::uint32_t word) {
        return directory[reversed(word, bits)].load(std::memory_order_relaxed);
    };
    while (place.word < memory.directory_size()) {
        const std::uint32_t page = page_at(place.word);
        if (const layout::IndexPage* const index = index_page_at(memory, page, memory.committed())) {
            for (; place.bucket < layout::kBuckets; ++place.bucket) {
                if (effort.spent()) return false;
                effort.pass_bucket(add_keys(loader, index->buckets[place.bucket], keys));
            }
        }
        do ++place.word;
        while (place.word < memory.directory_size() && page_at(place.word) == page);
        place.bucket = 0;
    }
    return true;
}

}  // namespace

std::uint64_t scan(Attachment& attachment, std::uint64_t cursor, std::size_t count,
                   std::vector<std::string>& keys) {
    check_not_removed(attachment, "scan");
    const unsigned bits = attachment.memory.directory_bits;
    Place place = Place::of(cursor, bits);
    Effort effort(std::max<std::size_t>(count, 1));
    while (place.shard < attachment.memory.shard_count) {
        const ShardGuard guard(attachment, place.shard, attachment.lock_deadline(), "scan");
        if (!scan_locked(guard.locked(), place, effort, keys)) return place.cursor(bits);
        place = {place.shard + 1, 0, 0};
        if (effort.spent() && place.shard < attachment.memory.shard_count) return place.cursor(bits);
    }
    return 0;
}

}  // namespace dummycache::store
