// SPDX-License-Identifier: MIT
// Who wrote what, and why a key is not there.
#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>

#include <dummycache/clock.hpp>
#include <dummycache/fork.hpp>
#include <dummycache/history.hpp>
#include <dummycache/snapshot.hpp>

#include "store/layout/attachment.hpp"
#include "support/child.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

namespace {

Options called(const std::string& name, std::uint64_t capacity = 8 * kMiB) {
    Options options = options_of(capacity);
    options.client_name = name;
    return options;
}

/// The name of the client that wrote a key; "?" if it is not known.
std::string writer_of(const Cache& cache, std::string_view key) {
    const auto entry = cache.peek(key);
    if (!entry) return "absent";
    const auto by = History(cache).written(key, entry->id, entry->writer).by;
    return by ? by->name : "?";
}

Fate fate_of(const Cache& cache, std::string_view key) { return why(cache, key).fate; }

}  // namespace

namespace dummycache {
std::ostream& operator<<(std::ostream& out, Fate fate) { return out << static_cast<int>(fate); }
}  // namespace dummycache

BOOST_AUTO_TEST_SUITE(store_history)

BOOST_AUTO_TEST_CASE(each_write_tells_its_client) {
    TestCache cache(Kind::shared, called("one"));
    Cache two = cache.attach(called("two"));
    cache->set("a", "1");
    two.set("b", "1");
    BOOST_TEST(writer_of(*cache, "a") == "one");
    BOOST_TEST(writer_of(*cache, "b") == "two");
    two.append("a", "2");
    BOOST_TEST(writer_of(*cache, "a") == "two");
    cache->incr("n");
    two.incr("n");
    BOOST_TEST(writer_of(*cache, "n") == "two");
}

BOOST_AUTO_TEST_CASE(a_fork_and_a_rollback_keep_the_writers) {
    TestCache cache(Kind::shared, called("one"));
    Cache two = cache.attach(called("two"));
    two.set("a", "1");
    cache->checkpoint("before");
    cache->set("a", "2");
    cache->rollback("before");
    BOOST_TEST(writer_of(*cache, "a") == "two");
    for (const Kind kind : kNamedKinds) {
        const TestName name(kind);  // a file has checksums: its entries are written anew
        const Cache copy = *fork_cache(*cache, name.text(), called("three"));
        BOOST_TEST(writer_of(copy, "a") == "two");
    }
}

BOOST_AUTO_TEST_CASE(a_load_tells_its_snapshot) {
    TestCache cache(Kind::shared, called("one"));
    std::istringstream snapshot("{\"key\":\"a\",\"value\":\"1\"}\n");
    load(*cache, snapshot, {.mode = LoadMode::merge}, "fixtures/users.jsonl");
    cache->set("b", "1");
    const auto entry = cache->peek("a");
    const Written written = History(*cache).written("a", entry->id, entry->writer);
    BOOST_REQUIRE(written.by.has_value());
    BOOST_TEST(written.by->is_load);
    BOOST_TEST(written.by->program == "users.jsonl");
    BOOST_TEST(writer_of(*cache, "b") == "one");
}

BOOST_AUTO_TEST_CASE(more_clients_than_are_remembered_make_the_oldest_unknown_and_none_wrong) {
    TestCache cache(Kind::shared, called("holder", kMiB));
    constexpr int kClients = 700;  // 256 are remembered
    for (int i = 0; i < kClients; ++i) {
        const std::string name = std::to_string(i);
        Cache own = cache.attach(called(name));
        own.set("key " + name, name);
        own.set("gone " + name, name);
        own.erase("gone " + name);
    }
    int unknown = 0;
    for (int i = 0; i < kClients; ++i) {
        const std::string name = std::to_string(i);
        const std::string writer = writer_of(*cache, "key " + name);
        BOOST_TEST((writer == name || writer == "?"), name << " was written by " << writer);
        unknown += writer == "?";
        if (i >= kClients - 256) BOOST_TEST(writer == name);
        const Explanation here = why(*cache, "key " + name);
        BOOST_TEST((here.written->by ? here.written->by->name : "?") == writer);
        const Explanation gone = why(*cache, "gone " + name);
        BOOST_TEST((gone.by ? gone.by->name : "?") == writer);
    }
    BOOST_TEST(unknown == kClients - 256);
}

BOOST_AUTO_TEST_CASE(each_way_of_going_away_has_its_name) {
    TestCache cache(Kind::shared, called("one"));
    BOOST_TEST(fate_of(*cache, "k") == Fate::not_written);
    cache->set("k", "v");
    BOOST_TEST(fate_of(*cache, "k") == Fate::present);
    cache->erase("k");
    BOOST_TEST(fate_of(*cache, "k") == Fate::deleted);
    cache->set("k", "v");
    cache->take("k");
    BOOST_TEST(fate_of(*cache, "k") == Fate::deleted);
    cache->set("k", "v", 0s);
    BOOST_TEST(fate_of(*cache, "k") == Fate::timed_out);
    cache->set("k", "v");
    cache->touch("k", -1s);
    BOOST_TEST(fate_of(*cache, "k") == Fate::timed_out);
    cache->checkpoint("before");
    cache->set("k", "v");
    cache->rollback("before");
    BOOST_TEST(fate_of(*cache, "k") == Fate::rolled_back);
    cache->release("before");
    cache->set("k", "v");
    std::istringstream snapshot("{\"key\":\"a\",\"value\":\"1\"}\n");
    load(*cache, snapshot);
    BOOST_TEST(fate_of(*cache, "k") == Fate::replaced);
    cache->set("k", "v");
    cache->clear();
    BOOST_TEST(fate_of(*cache, "k") == Fate::cleared);
    BOOST_TEST(fate_of(*cache, "never") == Fate::not_written);
    cache->set("k", "v");
    BOOST_TEST(fate_of(*cache, "k") == Fate::present);
}

BOOST_AUTO_TEST_CASE(what_reclaim_takes_away_has_its_reason) {
    FrozenCache cache(Kind::shared, called("one", kMiB));
    cache->set("evicted", "v");
    cache->set("expired", "v", 60s);
    cache.clock().advance(61'000'000);
    BOOST_TEST(fate_of(*cache, "expired") == Fate::expired);
    // All of it goes, but less than is remembered of removals.
    for (int i = 0; i < 700; ++i) cache->set(std::to_string(i), std::string(3000, 'v'));
    BOOST_TEST(fate_of(*cache, "expired") == Fate::expired);
    BOOST_TEST(fate_of(*cache, "evicted") == Fate::evicted);
    const Explanation known = why(*cache, "evicted");
    BOOST_REQUIRE((known.written && known.written->by));
    BOOST_TEST(known.written->by->name == "one");
    for (int i = 0; i < 6000; ++i) cache->set(std::to_string(i), std::string(3000, 'v'));
    BOOST_TEST(fate_of(*cache, "evicted") == Fate::unknown);
}

BOOST_AUTO_TEST_CASE(what_had_expired_before_it_was_deleted_or_replaced_has_expired) {
    FrozenCache cache(Kind::shared, called("one"));
    cache->set("deleted", "v", 60s);
    cache->set("replaced", "v", 60s);
    cache.clock().advance(61'000'000);
    cache->erase("deleted");
    BOOST_TEST(fate_of(*cache, "deleted") == Fate::expired);
    std::istringstream snapshot("{\"key\":\"a\",\"value\":\"1\"}\n");
    load(*cache, snapshot);
    BOOST_TEST(fate_of(*cache, "replaced") == Fate::expired);
}

BOOST_AUTO_TEST_CASE(keys_that_come_and_go_do_not_push_out_what_is_known_of_others) {
    TestCache cache(Kind::shared, called("one", kMiB));
    cache->set("once", "v");
    cache->erase("once");
    for (int i = 0; i < 5000; ++i) {
        const std::string key = "lock " + std::to_string(i % 3);
        cache->add(key, "v");
        cache->erase(key);
    }
    BOOST_TEST(fate_of(*cache, "once") == Fate::deleted);
    BOOST_TEST(fate_of(*cache, "lock 1") == Fate::deleted);
}

BOOST_AUTO_TEST_CASE(an_explanation_has_the_times) {
    FrozenCache cache(Kind::shared, called("one"));
    cache->set("k", "v", 60s);
    Clock(*cache).advance(63s);
    const Explanation known = why(*cache, "k");
    BOOST_TEST((known.fate == Fate::expired));
    BOOST_TEST((known.ago == 3s));
    BOOST_TEST(!known.lifetime.has_value());
    cache->set("alive", "v", 60s);
    Clock(*cache).advance(20s);
    BOOST_TEST(!why(*cache, "alive").lifetime.has_value());
    BOOST_TEST(known.text().starts_with("expired 3.0s ago of the cache's time (set "));
}

BOOST_AUTO_TEST_CASE(who_made_a_key_go_away_is_told) {
    TestCache cache(Kind::shared, called("one"));
    Cache two = cache.attach(called("two"));
    cache->set("k", "v");
    two.erase("k");
    const Explanation known = why(*cache, "k");
    BOOST_REQUIRE((known.by && known.written && known.written->by));
    BOOST_TEST(known.by->name == "two");
    BOOST_TEST(known.written->by->name == "one");
    cache->set("k", "v");
    two.clear();
    BOOST_TEST(why(*cache, "k").by->name == "two");
}

BOOST_AUTO_TEST_CASE(texts_are_safe_to_show) {
    TestCache cache(Kind::shared, called("\x1b[31mred\n"));
    cache->set("k", "v");
    const auto clients = History(*cache).clients();
    BOOST_REQUIRE(clients.size() == 1U);
    BOOST_TEST(clients[0].text().find('\x1b') == std::string::npos);
    BOOST_TEST(clients[0].text().find('\n') == std::string::npos);
    BOOST_TEST(why(*cache, "k").text().find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(damaged_removals_are_told_as_they_are_and_break_nothing) {
    TestCache cache(Kind::shared);
    cache->set("k", "v");
    cache->erase("k");
    auto* const bytes = reinterpret_cast<unsigned char*>(cache.attachment().memory.removals);
    const std::uint64_t size = layout::removal_bytes(8 * kMiB);
    for (std::uint64_t i = 0; i < size; ++i) bytes[i] = 0xff;
    static_cast<void>(why(*cache, "k").text());
    cache->set("k", "v");
    cache->erase("k");
    static_cast<void>(why(*cache, "k").text());
    cache->clear();
    static_cast<void>(why(*cache, "x").text());
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(near_keys_are_found_and_others_are_not) {
    TestCache cache(Kind::shared);
    for (const char* const key : {"User:7", ":1:user:7", "user:07", "user:7\t", "user/7", "USER-007",
                                  "user:8", "user:77", "xuser:7", "user", "7", "group:7"})
        cache->set(key, "v");
    std::string found;
    for (const NearKey& near : near_keys(*cache, "user:7", 100)) found += near.key + '|';
    BOOST_TEST(found == "7|:1:user:7|USER-007|User:7|user/7|user:07|user:7\t|");
    BOOST_TEST(near_keys(*cache, "user:7", 2).size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
