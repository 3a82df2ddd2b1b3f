// SPDX-License-Identifier: MIT
// Goal: a small value in the place of whatever its key had before. The usual writes append before they know what they
// replace: it is counted right all the same, asks for room once, and writes over nothing.
#include <boost/test/unit_test.hpp>

#include <string>

#include "store/index/index.hpp"
#include "store/layout/attachment.hpp"
#include "support/held_shard.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace dummycache::store;

namespace {

/// Where the next entry of the first shard goes, in the arena; 0: to a page it has still to take.
std::uint64_t next_entry(TestCache& cache) {
    const Memory& memory = cache.attachment().memory;
    const std::uint32_t page = memory.shards[0].open[layout::kNursery].load();
    return page == 0 ? 0 : std::uint64_t{page - 1} * layout::kPageBytes + memory.info(page - 1).fill.load();
}

/// Whether it went through, in a cache that may refuse.
bool sets(TestCache& cache, const std::string& key, const std::string& value) {
    try {
        return cache->set(key, value);
    } catch (const Error& error) {
        BOOST_TEST(error.code() == ErrorCode::full);
        return false;
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_overwrite)

BOOST_AUTO_TEST_CASE(of_a_large_value_and_of_a_small_one) {
    TestCache cache(Kind::private_memory);
    cache->set("key", std::string(100'000, 'a'));
    for (const char* value : {"over a large one", "over a small one"}) {
        const std::uint64_t sets = cache->stats().sets;
        const std::uint64_t before = next_entry(cache);
        cache->set("key", value);
        BOOST_TEST((cache->get("key") == value));
        BOOST_TEST(next_entry(cache) - before < 2 * 43U);  // it was appended once
        BOOST_TEST(cache->stats().sets == sets + 1);
        BOOST_TEST(cache->stats().entries == 1U);
        BOOST_TEST(cache->stats().large_pages == 0U);
        BOOST_TEST(problems_of(*cache) == "");
    }
}

BOOST_AUTO_TEST_CASE(of_values_of_before_a_clear) {
    constexpr std::uint64_t kKeys = 3000;
    TestCache cache(Kind::private_memory);
    for (std::uint64_t i = 0; i < kKeys; ++i)
        cache->set(std::to_string(i), std::string(i % 100 == 0 ? 40'000 : 100, 'a'));
    cache->clear();
    // The last ones first: the first page that is wanted for them is made by compaction of the oldest.
    for (std::uint64_t i = kKeys; i != 0; --i) {
        cache->set(std::to_string(i - 1), "new");
        BOOST_REQUIRE(cache->stats().entries == kKeys - i + 1);
    }
    for (std::uint64_t i = 0; i < kKeys; ++i) BOOST_REQUIRE((cache->get(std::to_string(i)) == "new"));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(of_a_large_value_by_one_that_takes_the_last_room) {
    TestCache cache(Kind::private_memory, options_of(kMiB, WhenFull::refuse));
    cache->set("key", std::string(50'000, 'a'));
    for (int i = 0; sets(cache, std::to_string(i), std::string(999, 'b')); ++i) continue;
    const std::size_t room = layout::kPageBytes - next_entry(cache) % layout::kPageBytes;
    BOOST_REQUIRE(room > 40U);
    const std::string last(room - sizeof(layout::EntryHeader) - 3, 'c');
    BOOST_TEST(sets(cache, "key", last));
    BOOST_TEST((cache->get("key") == last));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(of_a_damaged_slot_that_leads_to_where_the_new_entry_goes) {
    // At 32 bytes the new value itself looks like an entry of the key.
    const std::uint64_t header[] = {std::uint64_t{9} << layout::kEraShift, 0,
                                    std::uint64_t{3} << layout::kKeyShift};
    const std::string value =
        "5 pad" + std::string(reinterpret_cast<const char*>(header), sizeof header) + "key and more";
    for (const std::int64_t distance : {-8, 0, 8, 32}) {
        TestCache cache(Kind::private_memory);
        for (const char* key : {"key", "other"}) cache->set(key, "old");
        {
            const KeyHash hash = hash_of(cache.attachment().memory, "key");
            HeldShard shard(cache);
            const SlotRef slot = find_locked(*shard, hash, "key").value();
            const std::uint64_t offset = next_entry(cache) + static_cast<std::uint64_t>(distance);
            slot.bucket().slots[slot.slot].store((slot.word() & ~layout::kOffsetMask) | offset / 8);
        }
        cache->set("key", value);
        BOOST_TEST((cache->get("key") == value));
        BOOST_TEST((cache->get("other") == "old"));
        if (distance == 0) BOOST_TEST(problems_of(*cache) == "");  // it was seen, and mended
    }
}

BOOST_AUTO_TEST_SUITE_END()
