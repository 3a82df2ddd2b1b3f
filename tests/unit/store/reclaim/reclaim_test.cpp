// SPDX-License-Identifier: MIT
// Memory that is dead or expired comes back long before the cache is full.
#include "store/reclaim/compaction_choice.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "store/layout/attachment.hpp"
#include "support/checked_value.hpp"
#include "support/random.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }

std::uint64_t used_bytes(const Stats& stats) { return stats.data_pages * layout::kPageBytes; }

}  // namespace

BOOST_AUTO_TEST_SUITE(store_reclaim)

BOOST_DATA_TEST_CASE(overwriting_keeps_memory_bounded, data::make({64, 256}), mebibytes) {
    TestCache cache(Kind::private_memory, options_of(static_cast<std::uint64_t>(mebibytes) * kMiB));
    Random random(41);
    constexpr std::uint64_t kKeys = 40'000;
    for (int i = 0; i < 400'000; ++i) {
        const std::string key = key_of(random.below(kKeys));
        cache->set(key, checked_value(key, random.bits(), 100 + random.below(100)));
    }
    const Stats stats = cache->stats();
    BOOST_TEST(stats.evicted == 0U);
    BOOST_TEST(stats.moved_bytes > 0U);
    BOOST_TEST(used_bytes(stats) < 2 * stats.live_bytes);
    BOOST_TEST(problems_of(*cache) == "");
    for (std::uint64_t i = 0; i < kKeys; ++i) {
        const auto value = cache->get(key_of(i));
        if (value) BOOST_REQUIRE(number_in(key_of(i), *value).has_value());
    }
}

BOOST_AUTO_TEST_CASE(expired_entries_make_room_for_new_ones) {
    FrozenCache cache(Kind::private_memory, options_of(64 * kMiB));
    for (std::uint64_t i = 0; i < 500'000; ++i) {
        cache->set(key_of(i), std::string(100, 'x'), 1s);
        cache.clock().advance(100);  // 10,000 live ones at any time
    }
    const Stats stats = cache->stats();
    BOOST_TEST(stats.evicted == 0U);
    BOOST_TEST(stats.expired > 300'000U);
    BOOST_TEST(used_bytes(stats) < 20 * kMiB);
    BOOST_TEST(problems_of(*cache) == "");
}

std::uint64_t pages_to_look_at(TestCache& cache) {
    const store::Memory& memory = cache.attachment().memory;
    std::uint64_t count = 0;
    for (std::uint32_t page = 0; page < memory.committed(); ++page) {
        const layout::PageInfo& info = memory.info(page);
        const bool is_data = layout::kind_of(info.owner.load()) == layout::PageKind::data;
        count += is_data && store::may_have_expired(info, cache.clock().now_us());
    }
    return count;
}

/// Sets keys until the cache is full, one in so many of them with a timeout of some minutes.
std::uint64_t fill_with_expiring(TestCache& cache, std::uint64_t one_in) {
    std::uint64_t count = 0;
    for (; cache->stats().evicted == 0; ++count) {
        const bool expires = count % one_in == 0;
        cache->set(key_of(count), std::string(100, 'x'),
                   expires ? Timeout(std::chrono::seconds(1 + count % 900)) : Timeout());
    }
    return count;
}

BOOST_DATA_TEST_CASE(what_has_expired_goes_before_what_can_be_seen, data::make({2, 4}), one_in) {
    FrozenCache cache(Kind::private_memory, options_of(16 * kMiB));
    const std::uint64_t count = fill_with_expiring(cache, static_cast<std::uint64_t>(one_in));
    cache.clock().advance(900'000'000);
    const Stats before = cache->stats();
    const std::uint64_t sets = count / static_cast<std::uint64_t>(one_in) / 2;
    for (std::uint64_t i = 0; i < sets; ++i) cache->set("new" + std::to_string(i), std::string(100, 'x'));
    const Stats after = cache->stats();
    BOOST_TEST(after.evicted == before.evicted);
    // What stays in a page moves once, and makes room for what has expired in it.
    const std::uint64_t moved =
        (after.moved_bytes - before.moved_bytes) / (before.live_bytes / before.entries);
    BOOST_TEST(moved < sets * static_cast<std::uint64_t>(one_in - 1) * 3 / 2);
    BOOST_TEST(problems_of(*cache) == "");
}

/// Pages in which little has expired are not compacted for it, and looked at once.
BOOST_AUTO_TEST_CASE(a_full_cache_moves_nothing_for_few_expired_entries) {
    FrozenCache cache(Kind::private_memory, options_of(16 * kMiB));
    const std::uint64_t count = fill_with_expiring(cache, 30);
    cache.clock().advance(900'000'000);
    const Stats before = cache->stats();
    for (std::uint64_t i = 0; i < count / 2; ++i)
        cache->set("new" + std::to_string(i), std::string(100, 'x'));
    BOOST_TEST(cache->stats().moved_bytes == before.moved_bytes);
    BOOST_TEST(pages_to_look_at(cache) < 10U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(erased_entries_give_their_pages_back) {
    TestCache cache(Kind::private_memory, options_of(64 * kMiB));
    for (int round = 0; round < 5; ++round) {
        for (std::uint64_t i = 0; i < 50'000; ++i) cache->set(key_of(i), std::string(200, 'x'));
        for (std::uint64_t i = 0; i < 50'000; ++i) BOOST_REQUIRE(cache->erase(key_of(i)));
        const Stats stats = cache->stats();
        BOOST_TEST(stats.entries == 0U);
        BOOST_TEST(stats.live_bytes == 0U);
        BOOST_TEST(used_bytes(stats) < kMiB);
    }
    BOOST_TEST(cache->stats().committed_bytes < 30 * kMiB);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(compaction_keeps_deadlines_ids_and_codecs) {
    FrozenCache cache(Kind::private_memory, options_of(8 * kMiB));
    std::vector<Entry> before;
    for (std::uint64_t i = 0; i < 4000; ++i) {
        cache->set(key_of(i), std::string(100, 'x'), std::chrono::seconds(1000 + i),
                   static_cast<Codec>(i % 6));
        if (i % 4 == 0) before.push_back(cache->peek(key_of(i)).value());
    }
    for (int round = 0; round < 10; ++round) {
        for (std::uint64_t i = 0; i < 4000; ++i) {
            if (i % 4 != 0) cache->set(key_of(i), std::string(100, 'y'));
        }
    }
    BOOST_REQUIRE(cache->stats().moved_bytes > 0U);
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const Entry after = cache->peek(key_of(4 * i)).value();
        BOOST_REQUIRE(
            (after.id == before[i].id && after.ttl == before[i].ttl && after.codec == before[i].codec));
        BOOST_REQUIRE((after.value == before[i].value && after.writer == before[i].writer));
    }
}

BOOST_AUTO_TEST_SUITE_END()
