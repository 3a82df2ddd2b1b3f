// SPDX-License-Identifier: MIT
#include "store/index/index.hpp"
#include "store/index/split.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

#include "store/entry/put_entry.hpp"
#include "store/layout/attachment.hpp"
#include "support/held_shard.hpp"
#include "support/random.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace dummycache::store;

namespace {

/// Inserts a hash with a made-up offset; splits as often as it needs. Returns the number of splits.
int insert(HeldShard& shard, const KeyHash& hash, std::uint64_t offset) {
    for (int splits = 0;; ++splits) {
        if (const auto free = free_slot_locked(*shard, hash)) {
            insert_locked(*shard, *free, hash, offset);
            return splits;
        }
        const std::uint32_t page = shard.claim();
        BOOST_REQUIRE(split_locked(*shard, hash, page));
        decrease(shard->shard.data_pages, 1);
    }
}

std::size_t count_slots(const HeldShard& shard) {
    std::size_t used = 0;
    std::uint32_t last = 0;
    std::vector<bool> seen(shard->memory.pages, false);
    for (std::uint32_t i = 0; i < shard->memory.directory_size(); ++i) {
        last = shard->memory.directory(0)[i].load();
        if (last == 0 || seen[last - 1]) continue;
        seen[last - 1] = true;
        for (const layout::Bucket& bucket : shard->memory.index_page(last - 1).buckets) {
            for (const auto& slot : bucket.slots) used += slot.load() != 0;
        }
    }
    return used;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_index)

BOOST_AUTO_TEST_CASE(the_other_bucket_of_the_other_bucket_is_the_first) {
    Random random(21);
    for (int i = 0; i < 1'000'000; ++i) {
        const auto bucket = static_cast<std::uint32_t>(random.below(layout::kBuckets));
        const auto tag = static_cast<std::uint32_t>(random.below(1U << layout::kTagBits));
        const std::uint32_t other = other_bucket(bucket, tag);
        BOOST_REQUIRE(other < layout::kBuckets);
        BOOST_REQUIRE(other_bucket(other, tag) == bucket);
    }
}

BOOST_AUTO_TEST_CASE(the_parts_of_a_hash_are_in_range) {
    TestCache cache(Kind::private_memory, options_of(40 * kMiB));
    const Memory& memory = cache.attachment().memory;
    std::vector<int> shards(memory.shard_count, 0);
    for (int i = 0; i < 10'000; ++i) {
        const std::string key = "key" + std::to_string(i);
        const KeyHash hash = hash_of(memory, key);
        BOOST_REQUIRE(hash.value == hash_of(memory, key).value);
        BOOST_REQUIRE((hash.shard < memory.shard_count && hash.first < layout::kBuckets &&
                       hash.second() < layout::kBuckets));
        BOOST_REQUIRE(hash.directory_word(memory) < memory.directory_size());
        ++shards[hash.shard];
    }
    for (const int count : shards) BOOST_TEST(count > 1000);
}

BOOST_AUTO_TEST_CASE(two_caches_hash_differently) {
    TestCache one(Kind::private_memory);
    TestCache other(Kind::private_memory);
    BOOST_TEST(hash_of(one.attachment().memory, "key").value !=
               hash_of(other.attachment().memory, "key").value);
}

BOOST_AUTO_TEST_CASE(a_million_random_keys_are_all_found) {
    constexpr std::uint64_t kKeys = 1'000'000;
    // All keys go to one shard. A directory word has 480 of them, as of the smallest entries that there can be.
    TestCache cache(Kind::private_memory, options_of(512 * kMiB));
    HeldShard shard(cache);
    Random random(22);
    std::vector<std::uint64_t> hashes;
    int splits = 0;
    for (std::uint64_t i = 0; i < kKeys; ++i) {
        hashes.push_back(random.bits());
        splits += insert(shard, split_hash(shard->memory, hashes.back()), (i + 1) * 8);
    }
    for (std::uint64_t i = 0; i < kKeys; ++i) {
        const auto slot = find_offset_locked(*shard, split_hash(shard->memory, hashes[i]), (i + 1) * 8);
        BOOST_REQUIRE(slot);
        BOOST_REQUIRE(!find_offset_locked(*shard, split_hash(shard->memory, hashes[i]), (kKeys + 1) * 8));
    }
    BOOST_TEST(count_slots(shard) == kKeys);
    // Pages are split when they are well filled, not when one bucket happens to be full early.
    const double load =
        static_cast<double>(kKeys) / (splits * static_cast<double>(layout::kBuckets * layout::kSlots));
    BOOST_TEST(load > 0.4);
}

BOOST_AUTO_TEST_CASE(a_split_keeps_marks_and_leaves_no_copies) {
    TestCache cache(Kind::private_memory);
    HeldShard shard(cache);
    Random random(23);
    std::vector<std::uint64_t> hashes;
    for (int splits = 0; splits < 4;) {
        hashes.push_back(random.bits());
        const KeyHash hash = split_hash(shard->memory, hashes.back());
        splits += insert(shard, hash, hashes.size() * 8);
        find_offset_locked(*shard, hash, hashes.size() * 8)
            ->mark()
            .store(static_cast<std::uint8_t>(hashes.size() % 3));
    }
    for (std::uint64_t i = 1; i <= hashes.size(); ++i) {
        const auto slot = find_offset_locked(*shard, split_hash(shard->memory, hashes[i - 1]), i * 8);
        BOOST_REQUIRE(slot);
        BOOST_REQUIRE(slot->mark().load() == i % 3);
    }
    BOOST_TEST(count_slots(shard) == hashes.size());
}

BOOST_AUTO_TEST_CASE(a_key_in_its_second_bucket_marks_its_first) {
    TestCache cache(Kind::private_memory);
    HeldShard shard(cache);
    Random random(24);
    int second = 0;
    for (std::uint64_t i = 1; i <= 1500; ++i) {
        const KeyHash hash = split_hash(shard->memory, random.bits());
        insert(shard, hash, i * 8);
        const auto slot = find_offset_locked(*shard, hash, i * 8);
        BOOST_REQUIRE(slot);
        if ((slot->word() & layout::kSecondChoice) == 0) continue;
        ++second;
        BOOST_REQUIRE(slot->bucket_number == hash.second());
        BOOST_REQUIRE((slot->page->buckets[hash.first].version.load() & layout::kSpilled) != 0);
    }
    BOOST_TEST(second > 10);
}

BOOST_AUTO_TEST_SUITE_END()
