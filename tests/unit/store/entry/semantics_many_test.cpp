// SPDX-License-Identifier: MIT
// Calls on many keys, and on the whole cache.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

std::set<std::string> keys_of(const Cache& cache) {
    std::set<std::string> keys;
    cache.visit([&](const EntryView& entry) { return keys.emplace(entry.key).second; });
    return keys;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_semantics_many)

BOOST_DATA_TEST_CASE(get_many_answers_in_the_order_of_the_keys, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    std::vector<std::string> keys;
    for (int i = 0; i < 100; ++i) {
        keys.push_back("key" + std::to_string(i));
        if (i % 3 != 0)
            cache->set(keys.back(), std::string(static_cast<std::size_t>(i) * 400, 'v') + std::to_string(i));
    }
    const auto values = cache->get_many(keys);
    BOOST_REQUIRE(values.size() == 100U);
    for (std::size_t i = 0; i < 100; ++i) BOOST_TEST((values[i] == cache->get(keys[i])));
    BOOST_TEST(cache->get_many(std::vector<std::string>{}).empty());
    BOOST_TEST((cache->get_many({"key1", "key1"})[1] == values[1]));
}

BOOST_DATA_TEST_CASE(set_many_stores_every_pair, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache.clock().freeze();
    BOOST_TEST(cache->set_many(std::map<std::string, std::string>{{"a", "1"}, {"b", "2"}}, 5s) == 2U);
    BOOST_TEST(cache->set_many({{"c", "3"}, {"d", "4"}}) == 2U);
    BOOST_TEST((cache->get("a") == "1"));
    BOOST_TEST((cache->get("d") == "4"));
    BOOST_TEST((cache->ttl("b") == 5s));
    BOOST_TEST((cache->ttl("c") == kForever));
    BOOST_TEST(cache->set_many({{"a", "1"}, {"b", "2"}}, 0s) == 0U);
    BOOST_TEST(!cache->contains("a"));
}

BOOST_DATA_TEST_CASE(an_error_in_set_many_leaves_what_was_before_it, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] {
        cache->set_many({{"a", "1"}, {"", "2"}, {"c", "3"}});
    }));
    BOOST_TEST(cache->contains("a"));
    BOOST_TEST(!cache->contains("c"));
}

BOOST_DATA_TEST_CASE(erase_many_counts_what_was_there, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->set_many({{"a", "1"}, {"b", "2"}, {"c", "3"}});
    BOOST_TEST(cache->erase_many({"a", "x", "c", "a"}) == 2U);
    BOOST_TEST((keys_of(*cache) == std::set<std::string>{"b"}));
    BOOST_TEST(cache->erase_many(std::vector<std::string>{"b"}) == 1U);
}

BOOST_DATA_TEST_CASE(erase_if_deletes_what_matches, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    for (const char* key : {"user:1", "user:2", "user:10", "user:x", "page:1", "a*b", "axb"})
        cache->set(key, "v");
    cache->set("user:" + std::string(30'000, 'z'), "v");
    BOOST_TEST(cache->erase_if("user:[0-9]") == 2U);
    BOOST_TEST(cache->erase_if("a\\*b") == 1U);
    BOOST_TEST(cache->erase_if("nothing*") == 0U);
    BOOST_TEST(cache->erase_if("user:?") == 1U);
    BOOST_TEST(cache->erase_if("user:*") == 2U);
    BOOST_TEST((keys_of(*cache) == std::set<std::string>{"axb", "page:1"}));
    BOOST_TEST(cache->erase_if("*") == 2U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(visit_shows_each_entry_once_and_stops_on_false, data::make(kAllKinds), kind) {
    TestCache cache(kind, options_of(32 * kMiB));
    cache.clock().freeze();
    std::map<std::string, std::string> stored;
    for (int i = 0; i < 2000; ++i)
        stored["key" + std::to_string(i)] = std::string(static_cast<std::size_t>(i % 90), 'v');
    stored["large"] = std::string(100'000, 'l');
    cache->set_many(stored, 7s);
    std::map<std::string, std::string> seen;
    cache->visit([&](const EntryView& entry) {
        BOOST_TEST((entry.ttl == 7s));
        BOOST_TEST(entry.stored_bytes >= entry.key.size() + entry.value.size());
        return seen.emplace(entry.key, entry.value).second;
    });
    BOOST_TEST((seen == stored));
    int calls = 0;
    cache->visit([&](const EntryView&) { return ++calls < 5; });
    BOOST_TEST(calls == 5);
}

BOOST_DATA_TEST_CASE(a_visitor_may_write_and_still_sees_one_moment, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    for (int i = 0; i < 500; ++i) cache->set("key" + std::to_string(i), "old");
    int old = 0;
    cache->visit([&](const EntryView& entry) {
        old += entry.value == "old";
        cache->set(entry.key, "new");
        cache->set("more" + std::to_string(old), "old");
        return true;
    });
    BOOST_TEST(old == 500);
    BOOST_TEST((cache->get("key0") == "new"));
}

BOOST_DATA_TEST_CASE(clear_deletes_everything_for_everyone, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    Cache other = cache.attach();
    for (int i = 0; i < 300; ++i)
        cache->set("key" + std::to_string(i), std::string(static_cast<std::size_t>(i) * 100, 'v'));
    const EntryId id = cache->get_entry("key1")->id;
    other.clear();
    for (int i = 0; i < 300; ++i) BOOST_TEST(!cache->contains("key" + std::to_string(i)));
    BOOST_TEST(keys_of(*cache).empty());
    BOOST_TEST(cache->stats().entries == 0U);
    BOOST_TEST(cache->stats().clears == 1U);
    BOOST_TEST(problems_of(*cache) == "");
    BOOST_TEST(!cache->set_if("key1", "x", id));
    BOOST_TEST(!cache->erase("key2"));
    BOOST_TEST(!cache->take("key299"));
    BOOST_TEST(!cache->touch("key4", 1s));
    BOOST_TEST(cache->incr("key5") == 1);
    BOOST_TEST(cache->add("key1", "new"));
    BOOST_TEST((cache->get("key1") == "new"));
    BOOST_TEST(cache->stats().entries == 2U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(statistics_count_what_was_done, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->set("a", "1");
    cache->set("a", "2");
    cache->set("b", std::string(40'000, 'x'));
    cache->add("a", "3");
    static_cast<void>(cache->get("a"));
    static_cast<void>(cache->get("x"));
    static_cast<void>(cache->get_many({"a", "y"}));
    cache->erase("a");
    cache->erase("a");
    const Stats stats = cache->stats();
    BOOST_TEST(stats.sets == 3U);
    BOOST_TEST(stats.hits == 2U);
    BOOST_TEST(stats.misses == 2U);
    BOOST_TEST(stats.erases == 1U);
    BOOST_TEST(stats.entries == 1U);
    BOOST_TEST(stats.evicted == 0U);
    BOOST_TEST(stats.recoveries == 0U);
    BOOST_TEST(stats.large_pages == 2U);
    BOOST_TEST(stats.live_bytes > 2 * 32 * kKiB);  // the large value is among them
    BOOST_TEST(stats.index_pages == 1U);
    BOOST_TEST(stats.committed_bytes <= stats.capacity_bytes);
    BOOST_TEST(stats.capacity_bytes == 8 * kMiB);
}

BOOST_DATA_TEST_CASE(info_says_what_the_cache_is, data::make(kAllKinds), kind) {
    TestCache cache(kind, options_of(16 * kMiB, WhenFull::refuse));
    const Info info = cache->info();
    BOOST_TEST(info.kind == kind);
    BOOST_TEST(info.capacity_bytes == 16 * kMiB);
    BOOST_TEST((info.when_full == WhenFull::refuse));
    BOOST_TEST(info.shards == 2U);
    BOOST_TEST(info.mode == 0600U);
    BOOST_TEST(info.uid == ::getuid());
    BOOST_TEST(info.page_bytes == 32'768U);
    BOOST_TEST((kind == Kind::private_memory) == info.path.empty());
    BOOST_TEST((std::chrono::system_clock::now() - info.created < 1h));
    BOOST_REQUIRE(!info.processes.empty());
    BOOST_TEST(info.processes[0].pid == static_cast<std::uint32_t>(::getpid()));
    BOOST_TEST(info.processes[0].alive);
}

BOOST_AUTO_TEST_SUITE_END()
