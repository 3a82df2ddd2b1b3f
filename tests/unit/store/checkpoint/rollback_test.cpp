// SPDX-License-Identifier: MIT
// Rollbacks where buckets are full: entries have to wait for their slots, and keys have changed their buckets.
#include <boost/test/unit_test.hpp>

#include <map>

#include "support/random.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

// One index page has room for 3,185 keys; it is split when both buckets of one are full.
constexpr std::size_t kCrowd = 2500;

std::string key_of(std::size_t number) { return "key:" + std::to_string(number); }

std::map<std::string, std::string> state_of(const Cache& cache) {
    std::map<std::string, std::string> state;
    cache.visit([&](const EntryView& entry) {
        state.emplace(entry.key, entry.value);
        return true;
    });
    return state;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_rollback)

BOOST_AUTO_TEST_CASE(an_entry_whose_slot_another_key_has_taken_comes_back) {
    for (std::uint64_t round = 0; round < 10; ++round) {
        TestCache cache(Kind::private_memory);
        Random random(round);
        for (std::size_t i = 0; i < kCrowd; ++i) cache->set(key_of(i), "old");
        const auto before = state_of(*cache);
        cache->checkpoint("c");
        std::size_t next = kCrowd;
        for (std::size_t i = 0; i < kCrowd; ++i) {
            cache->erase(key_of(random.below(kCrowd)));
            cache->set(key_of(next++), "new");
        }
        cache->rollback("c");
        BOOST_TEST((state_of(*cache) == before));
        BOOST_TEST(problems_of(*cache) == "");
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_came_back_in_its_other_bucket_is_there_once) {
    TestCache cache(Kind::private_memory, options_of(4 * kMiB));
    Random random(1);
    for (std::size_t i = 0; i < kCrowd; ++i) cache->set(key_of(i), "old");
    const auto before = state_of(*cache);
    cache->checkpoint("c");
    // Until the records are compacted: whatever stands in another bucket then has to keep one.
    std::uint64_t changes = 0;
    for (;;) {
        const std::string key = key_of(random.below(kCrowd));
        cache->erase(key);
        cache->set(key, "new");
        const Checkpoint held = cache->checkpoints().at(0);
        BOOST_REQUIRE(!held.lost);
        if (held.changes < changes) break;
        changes = held.changes;
    }
    cache->rollback("c");
    BOOST_TEST((state_of(*cache) == before));
    BOOST_TEST(cache->stats().entries == before.size());
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_SUITE_END()
