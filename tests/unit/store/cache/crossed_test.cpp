// SPDX-License-Identifier: MIT
// Two features that meet: a full cache and deadlines, eras and checkpoints, a repair and free pages, a clear and a fork.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "dummycache/fork.hpp"
#include "store/layout/attachment.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

std::string key_of(int number) { return "key" + std::to_string(number); }

/// Sets numbered keys from `first` on until one is refused; returns how many were stored.
int fill(Cache& cache, std::size_t bytes, int first = 0) {
    for (int i = first;; ++i) {
        try {
            cache.set(key_of(i), std::string(bytes, 'f'));
        } catch (const Error& error) {
            BOOST_REQUIRE(error.code() == ErrorCode::full);
            return i - first;
        }
    }
}

/// Gives the next entry of every shard the last number of the present era.
void use_up_the_era(TestCache& cache) {
    const store::Memory& memory = cache.attachment().memory;
    const std::uint64_t next = (memory.superblock->era.load() + 1) << layout::kEraShift;
    for (std::uint32_t i = 0; i < memory.shard_count; ++i) memory.shards[i].next_id.store(next - 1);
}

/// As a death between two stores may leave it, only worse: no page is known to be free.
void hide_free_pages(TestCache& cache) {
    ipc::Segment& segment = *cache.attachment().segment;
    const std::uint64_t begin = segment.identity().free_map_offset;
    std::fill(segment.base() + begin, segment.base() + segment.identity().page_table_offset, std::byte{0});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_crossed)

BOOST_DATA_TEST_CASE(touched_keys_of_a_full_cache_make_room_when_they_expire,
                     data::make(kAllKinds) * data::make({100, 10'000, 40'000}), kind, bytes) {
    FrozenCache cache(kind, options_of(kMiB, WhenFull::refuse));
    const auto size = static_cast<std::size_t>(bytes);
    const int count = fill(*cache, size);
    for (int i = 0; i < count; ++i) BOOST_TEST(cache->touch(key_of(i), 1s));
    cache.clock().advance(2'000'000);
    BOOST_TEST(cache->set("next", std::string(size, 'n')));
    BOOST_TEST(fill(*cache, size) >= count - count / 10 - 2);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(an_expired_entry_between_kept_ones_makes_room, data::make({5, 3}), mebibytes) {
    FrozenCache cache(Kind::private_memory,
                      options_of(static_cast<unsigned>(mebibytes) * kMiB, WhenFull::refuse));
    constexpr std::size_t kBytes = 10'000;  // three entries a page
    const int count = fill(*cache, kBytes) / 3 * 3;
    cache->clear();
    for (int i = 0; i < count; ++i) {
        const bool expires = i % 9 == 3;  // the first entry of every third page
        cache->set(key_of(i), std::string(kBytes, 'f'), expires ? Timeout(10s) : Timeout());
    }
    // The first entry of each page stays. So compaction collects them on pages of their own, three on each.
    for (int i = 0; i < count; ++i)
        if (i % 3 != 0) cache->erase(key_of(i));
    const int more = fill(*cache, kBytes, count);
    BOOST_TEST(more > count / 2);
    const std::uint64_t before = cache->stats().entries;
    cache.clock().advance(11'000'000);
    const int expired = count / 9;
    BOOST_TEST(fill(*cache, kBytes, count + more) >= expired / 2);
    BOOST_TEST(cache->stats().entries + static_cast<unsigned>(expired) / 3 + 1 >= before);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(what_was_touched_to_live_longer_makes_room_when_it_expires,
                     data::make({100, 3000, 40'000}), bytes) {
    FrozenCache cache(Kind::private_memory, options_of(kMiB, WhenFull::refuse));
    const auto size = static_cast<std::size_t>(bytes);
    const int count = fill(*cache, size);
    for (const auto timeout : {1s, 10s})
        for (int i = 0; i < count; ++i) BOOST_TEST(cache->touch(key_of(i), timeout));
    cache.clock().advance(2'000'000);
    BOOST_TEST(fill(*cache, size, count) == 0);  // looks at every page, and finds nothing
    cache.clock().advance(9'000'000);
    BOOST_TEST(fill(*cache, size, count) >= count - count / 10 - 2);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(what_expired_under_a_checkpoint_makes_room_after_it, data::make({100, 3000, 40'000}),
                     bytes) {
    FrozenCache cache(Kind::private_memory, options_of(kMiB, WhenFull::refuse));
    const auto size = static_cast<std::size_t>(bytes);
    const int count = fill(*cache, size);
    for (int i = 0; i < count; ++i) BOOST_TEST(cache->touch(key_of(i), 10s));
    cache->checkpoint("held");
    cache.clock().advance(11'000'000);
    const int under = fill(*cache, size, count);  // looks at every page, and may not take what is needed
    cache->release("held");
    BOOST_TEST(fill(*cache, size, count + under) + under >= count - count / 10 - 2);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(what_a_clear_removed_under_a_checkpoint_makes_room_after_it,
                     data::make({100, 3000, 40'000}), bytes) {
    TestCache cache(Kind::private_memory, options_of(kMiB, WhenFull::refuse));
    const auto size = static_cast<std::size_t>(bytes);
    const int count = fill(*cache, size);
    cache->checkpoint("held");
    cache->clear();
    const int under = fill(*cache, size);
    cache->release("held");
    BOOST_TEST(fill(*cache, size, under) + under >= count - count / 10 - 2);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(the_first_entry_of_each_shard_is_told_from_no_entry, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    for (int i = 0; i < 200; ++i) {
        cache->set(key_of(i), "first");
        const auto entry = cache->get_entry(key_of(i));
        BOOST_REQUIRE(entry.has_value());
        BOOST_TEST(entry->id != 0U);
        BOOST_TEST((cache->entry_id(key_of(i)) == entry->id));
    }
}

BOOST_DATA_TEST_CASE(a_checkpoint_holds_though_the_numbers_of_an_era_were_used_up, data::make(kAllKinds),
                     kind) {
    TestCache cache(kind, options_of(24 * kMiB));
    use_up_the_era(cache);
    for (int i = 0; i < 20; ++i) cache->set(key_of(i), "old");
    cache->checkpoint("outer");
    for (int i = 0; i < 10; ++i) cache->set(key_of(i), "middle");
    use_up_the_era(cache);
    for (int i = 5; i < 15; ++i) cache->set(key_of(i), "late");
    cache->checkpoint("inner");
    for (int i = 0; i < 30; ++i) cache->set(key_of(i), "new");
    const auto value = [&](int i) { return cache->get(key_of(i)).value_or("nothing"); };
    cache->rollback("inner");
    for (int i = 0; i < 30; ++i)
        BOOST_TEST(value(i) == (i < 5 ? "middle" : i < 15 ? "late" : i < 20 ? "old" : "nothing"));
    BOOST_TEST(problems_of(*cache) == "");
    cache->rollback("outer");
    for (int i = 0; i < 30; ++i) BOOST_TEST(value(i) == (i < 20 ? "old" : "nothing"));
    BOOST_TEST(cache->stats().entries == 20U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_clear_takes_what_was_written_after_the_numbers_of_an_era_were_used_up,
                     data::make(kAllKinds), kind) {
    TestCache cache(kind, options_of(24 * kMiB));
    for (int round = 0; round < 3; ++round) {
        use_up_the_era(cache);
        for (int i = 0; i < 20; ++i) cache->set(key_of(i), "old");
        cache->clear();
        for (int i = 0; i < 20; ++i) BOOST_TEST(!cache->contains(key_of(i)));
        cache->set(key_of(0), "new");
        BOOST_TEST((cache->get(key_of(0)) == "new"));
        BOOST_TEST(cache->stats().entries == 1U);
        BOOST_TEST(problems_of(*cache) == "");
    }
}

BOOST_DATA_TEST_CASE(a_repair_finds_free_pages_that_nobody_knew_of, data::make({1, 24}), mebibytes) {
    TestCache cache(Kind::shared, options_of(static_cast<unsigned>(mebibytes) * kMiB, WhenFull::refuse));
    constexpr std::size_t kBytes = 3000;
    const int count = fill(*cache, kBytes);
    for (int i = 0; i < count; ++i) BOOST_TEST(cache->erase(key_of(i)));
    hide_free_pages(cache);
    static_cast<void>(cache->repair());
    BOOST_TEST(fill(*cache, kBytes) >= count - count / 10 - 2);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_fork_after_a_clear_counts_its_bytes, data::make(kAllKinds) * data::make(kNamedKinds),
                     from_kind, to_kind) {
    TestCache from(from_kind);
    for (int i = 0; i < 3000; ++i) from->set(key_of(i), std::string(100, 'o'));
    from->clear();
    const TestName name(to_kind);
    Cache to = fork_cache(*from, name.text()).value();
    BOOST_TEST(problems_of(to) == "");
    for (int i = 0; i < 3000; ++i) to.set(key_of(i), "new");
    BOOST_TEST(to.stats().entries == 3000U);
    BOOST_TEST(problems_of(to) == "");
    for (int i = 0; i < 3000; ++i) BOOST_TEST(to.erase(key_of(i)));
    BOOST_TEST(problems_of(to) == "");
}

BOOST_DATA_TEST_CASE(a_fork_uses_the_pages_that_were_free, data::make(kNamedKinds), kind) {
    TestCache from(Kind::shared, options_of(kMiB, WhenFull::refuse));
    constexpr std::size_t kBytes = 3000;
    const int count = fill(*from, kBytes);
    for (int i = 0; i < count; ++i) from->erase(key_of(i));
    const TestName name(kind);
    Cache to = fork_cache(*from, name.text()).value();
    BOOST_TEST(fill(to, kBytes) >= count - count / 10 - 2);
    BOOST_TEST(problems_of(to) == "");
}

BOOST_AUTO_TEST_CASE(what_was_read_in_a_fork_of_a_full_cache_outlives_what_was_not) {
    TestCache from(Kind::shared, options_of(kMiB));
    int count = 0;
    while (from->stats().evicted == 0) from->set(key_of(count++), std::string(1000, 'f'));
    const TestName name(Kind::shared);
    Cache to = fork_cache(*from, name.text()).value();
    const int first = count / 4;
    for (int i = first; i < first + 50; ++i) BOOST_TEST(to.contains(key_of(i)));
    for (int i = 0; i < count * 9 / 10; ++i) to.set("new" + std::to_string(i), std::string(1000, 'n'));
    int kept = 0;
    for (int i = first; i < first + 50; ++i) kept += to.peek(key_of(i)).has_value();
    BOOST_TEST(kept == 50);
}

BOOST_AUTO_TEST_SUITE_END()
