// SPDX-License-Identifier: MIT
// Checkpoints: taken, gone back to, released, lost.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>

#include "dummycache/sandbox.hpp"
#include "support/child.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

constexpr std::size_t kLarge = 70'000;

/// Everything that is there: value, codec, remaining time.
using State = std::map<std::string, std::tuple<std::string, Codec, std::chrono::microseconds>>;

State state_of(const Cache& cache) {
    State state;
    cache.visit([&](const EntryView& entry) {
        state.emplace(entry.key, std::tuple(std::string(entry.value), entry.codec, entry.ttl));
        return true;
    });
    return state;
}

void fill(Cache& cache, int entries, std::size_t bytes = 100) {
    for (int i = 0; i < entries; ++i)
        cache.set("key" + std::to_string(i), std::string(bytes, static_cast<char>('a' + i % 26)));
}

/// One of each sort of change.
void change_everything(Cache& cache) {
    cache.set("key1", "new");
    cache.set("key2", std::string(kLarge, 'n'));
    cache.set("large", "small");
    cache.erase("key3");
    cache.take("key4");
    cache.touch("key5", 5s);
    cache.persist("timed");
    cache.incr("number", 7);
    cache.append("key6", "more");
    cache.add("added", "new");
    cache.erase("key7");
    cache.set("key7", "again");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_checkpoint)

BOOST_DATA_TEST_CASE(a_rollback_undoes_every_sort_of_change, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    fill(*cache, 100);
    cache->set("large", std::string(kLarge, 'l'), 100s);
    cache->set("timed", "t", 100s, Codec::text);
    cache->set("number", "1", {}, Codec::int64);
    const State before = state_of(*cache);
    cache->checkpoint("c");
    for (int round = 0; round < 3; ++round) {
        change_everything(*cache);
        BOOST_TEST((state_of(*cache) != before));
        BOOST_TEST(problems_of(*cache) == "");
        cache->rollback("c");
        BOOST_TEST((state_of(*cache) == before));
        BOOST_TEST(cache->stats().entries == before.size());
        BOOST_TEST(problems_of(*cache) == "");
    }
    cache->release("c");
    BOOST_TEST((state_of(*cache) == before));
    BOOST_TEST(problems_of(*cache) == "");
    BOOST_TEST(cache->checkpoints().empty());
}

BOOST_DATA_TEST_CASE(a_rollback_undoes_a_clear, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    fill(*cache, 1000);
    cache->set("large", std::string(kLarge, 'l'));
    const State before = state_of(*cache);
    cache->checkpoint("c");
    cache->set("late", "x");
    cache->clear();
    BOOST_TEST(state_of(*cache).empty());
    BOOST_TEST(problems_of(*cache) == "");
    cache->set("key1", "after");
    cache->clear();
    cache->set("key2", "after");
    cache->rollback("c");
    BOOST_TEST((state_of(*cache) == before));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(what_a_clear_took_while_a_checkpoint_was_held_is_reclaimed_after_it,
                     data::make({WhenFull::evict, WhenFull::refuse}), when_full) {
    FrozenCache cache(Kind::shared, options_of(kMiB, when_full));
    fill(*cache, 5000);
    cache->checkpoint("c");
    cache->clear();
    cache->release("c");
    fill(*cache, 5000);  // has room only if the cleared ones make way
    BOOST_TEST(state_of(*cache).size() == 5000U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(checkpoints_nest_and_a_rollback_drops_those_within) {
    FrozenCache cache(Kind::shared);
    cache->set("key", "0");
    cache->checkpoint("outer");
    cache->set("key", "1");
    cache->checkpoint("inner");
    cache->set("key", "2");
    cache->rollback("inner");
    BOOST_TEST((cache->get("key") == "1"));
    cache->set("key", "3");
    cache->rollback("outer");
    BOOST_TEST((cache->get("key") == "0"));
    BOOST_TEST(cache->checkpoints().size() == 1U);
    BOOST_TEST(throws(ErrorCode::no_checkpoint, [&] { cache->rollback("inner"); }));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(an_outer_or_an_inner_checkpoint_may_be_released_first) {
    for (const bool outer_first : {true, false}) {
        FrozenCache cache(Kind::shared);
        cache->set("key", "0");
        cache->checkpoint("outer");
        cache->set("key", "1");
        cache->checkpoint("middle");
        cache->set("key", "2");
        cache->checkpoint("inner");
        cache->set("key", "3");
        cache->release("middle");
        BOOST_TEST(cache->checkpoints().size() == 2U);
        if (outer_first) {
            cache->release("outer");
            cache->rollback("inner");
            BOOST_TEST((cache->get("key") == "2"));
            cache->release("inner");
        } else {
            cache->release("inner");
            cache->rollback("outer");
            BOOST_TEST((cache->get("key") == "0"));
            cache->release("outer");
        }
        BOOST_TEST(cache->checkpoints().empty());
        BOOST_TEST(problems_of(*cache) == "");
    }
}

BOOST_DATA_TEST_CASE(the_clock_goes_back_and_what_had_expired_is_there_again, data::make(kAllKinds), kind) {
    FrozenCache cache(kind, options_of(kMiB));
    for (int i = 0; i < 2000; ++i) cache->set("timed" + std::to_string(i), std::string(100, 't'), 10s);
    const State before = state_of(*cache);
    const std::uint64_t now_us = cache.clock().now_us();
    cache->checkpoint("c");
    cache.clock().advance(20'000'000);
    BOOST_TEST(state_of(*cache).empty());
    fill(*cache, 1000);  // expired entries would be reclaimed for these
    cache->rollback("c");
    BOOST_TEST(cache.clock().now_us() == now_us);
    BOOST_TEST((state_of(*cache) == before));
}

BOOST_AUTO_TEST_CASE(a_rollback_finds_its_way_through_splits) {
    FrozenCache cache(Kind::shared, options_of(64 * kMiB));
    fill(*cache, 500, 20);
    const State before = state_of(*cache);
    cache->checkpoint("c");
    fill(*cache, 60'000, 20);
    BOOST_TEST(cache->stats().splits > 10U);
    cache->rollback("c");
    BOOST_TEST((state_of(*cache) == before));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(a_key_that_is_set_and_deleted_for_ever_costs_no_more_and_more_memory) {
    FrozenCache cache(Kind::shared, options_of(8 * kMiB));
    fill(*cache, 100);
    const State before = state_of(*cache);
    cache->checkpoint("c");
    for (int i = 0; i < 300'000; ++i) {
        const std::string key = "lock" + std::to_string(i % 100);
        cache->add(key, "me");
        cache->erase(key);
    }
    BOOST_TEST(!cache->checkpoints().front().lost);
    cache->rollback("c");
    BOOST_TEST((state_of(*cache) == before));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_checkpoint_without_room_is_lost_and_live_entries_are_not,
                     data::make({WhenFull::evict, WhenFull::refuse}), when_full) {
    FrozenCache cache(Kind::shared, options_of(kMiB, when_full));
    fill(*cache, 4000);
    cache->checkpoint("c");
    for (int i = 0; i < 4000; ++i) cache->set("key" + std::to_string(i), std::string(100, 'Z'));
    BOOST_TEST(cache->checkpoints().front().lost);
    const State now = state_of(*cache);
    BOOST_TEST(now.size() == 4000U);
    BOOST_TEST(throws(ErrorCode::checkpoint_lost, [&] { cache->rollback("c"); }));
    BOOST_TEST((state_of(*cache) == now));
    cache->checkpoint("next");
    cache->set("key1", "x");
    cache->rollback("next");
    BOOST_TEST((state_of(*cache) == now));
    cache->release("c");
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(eviction_takes_what_is_newer_than_a_checkpoint_and_nothing_that_it_needs) {
    FrozenCache cache(Kind::shared, options_of(8 * kMiB));
    fill(*cache, 20'000);
    const State before = state_of(*cache);
    cache->checkpoint("c");
    for (int i = 0; i < 1000; ++i) cache->set("key" + std::to_string(i), "new");
    for (int i = 0; i < 50'000; ++i) cache->set("new" + std::to_string(i), std::string(100, 'n'));
    BOOST_TEST(cache->stats().evicted > 10'000U);
    BOOST_TEST(!cache->checkpoints().front().lost);
    for (int i = 1000; i < 20'000; ++i) BOOST_REQUIRE(cache->contains("key" + std::to_string(i)));
    cache->rollback("c");
    BOOST_TEST((state_of(*cache) == before));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(names_are_checked_and_a_name_is_held_once) {
    TestCache cache(Kind::shared);
    for (const std::string& name :
         {std::string(), std::string(64, 'x'), std::string("a\nb"), std::string("\0", 1)})
        BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { cache->checkpoint(name); }));
    cache->checkpoint(std::string(63, 'x'));
    BOOST_TEST(throws(ErrorCode::checkpoint_exists, [&] { cache->checkpoint(std::string(63, 'x')); }));
    BOOST_TEST(throws(ErrorCode::no_checkpoint, [&] { cache->release("y"); }));
    for (int i = 1; i < 15; ++i) cache->checkpoint(std::to_string(i));
    BOOST_TEST(throws(ErrorCode::full, [&] { cache->checkpoint("too many"); }));
    BOOST_TEST(cache->checkpoints().size() == 15U);
    BOOST_TEST(cache->checkpoints()[3].name == "3");
}

BOOST_DATA_TEST_CASE(all_processes_share_a_checkpoint, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    fill(*cache, 100);
    const auto in_child = [&](auto&& body) {
        Child child([&] {
            Cache own = cache.attach();
            body(own);
        });
        BOOST_TEST(child.wait() == 0);
    };
    const State before = state_of(*cache);
    in_child([](Cache& own) { own.checkpoint("of a child"); });
    cache->set("key1", "new");
    in_child([](Cache& own) { own.set("key2", "new"); });
    BOOST_TEST(cache->checkpoints().front().changes == 2U);
    in_child([](Cache& own) { own.rollback("of a child"); });
    BOOST_TEST((state_of(*cache) == before));
}

BOOST_AUTO_TEST_CASE(a_sandbox_leaves_the_cache_as_it_found_it) {
    FrozenCache cache(Kind::shared);
    fill(*cache, 10);
    const State before = state_of(*cache);
    {
        const Sandbox outer(*cache, "outer");
        cache->set("key1", "x");
        {
            const Sandbox inner(*cache, "inner");
            cache->clear();
            cache.clock().advance(1000);
        }
        BOOST_TEST((cache->get("key1") == "x"));
    }
    BOOST_TEST((state_of(*cache) == before));
    BOOST_TEST(cache->checkpoints().empty());
    cache->checkpoint("left behind");
    cache->set("key1", "x");
    { const Sandbox next(*cache, "left behind"); }
    BOOST_TEST((state_of(*cache) == before));
}

BOOST_AUTO_TEST_SUITE_END()
