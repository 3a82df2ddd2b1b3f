// SPDX-License-Identifier: MIT
// The journal of events: what is noted, and what a reader makes of it.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstring>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <dummycache/events.hpp>
#include <dummycache/fork.hpp>
#include <dummycache/snapshot.hpp>

#include "store/history/journal.hpp"
#include "store/history/journal_reader.hpp"
#include "store/layout/attachment.hpp"
#include "support/child.hpp"
#include "support/own_shm.hpp"
#include "support/test_cache.hpp"
#include "unit/store/history/events.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

/// Those that stand in the journal.
std::vector<Event> logged(const Cache& cache, std::size_t last = 0) {
    std::vector<Event> all;
    read_journal(cache, last, [&](const Event& event) { all.push_back(event); });
    return all;
}

std::atomic<std::uint64_t>& word_of(Cache& cache) { return attachment_of(cache).memory.superblock->journal; }

}  // namespace

BOOST_AUTO_TEST_SUITE(store_journal)

BOOST_AUTO_TEST_CASE(an_event_has_the_sizes_the_time_and_the_client) {
    Options options = options_of(8 * kMiB);
    options.client_name = "gw1";
    TestCache cache(Kind::shared, options);
    EventStream stream(*cache);
    const std::string key(100, 'k');
    const auto before = std::chrono::system_clock::now();
    cache->set(key, "value");
    static_cast<void>(cache->get(key));
    std::vector<Event> events;
    stream.read([&](const Event& event) { events.push_back(event); });
    BOOST_REQUIRE(events.size() == 2U);
    for (const Event& event : events) {
        BOOST_TEST(event.key == key.substr(0, 80));
        BOOST_TEST(event.key_bytes == 100U);
        BOOST_TEST(event.key_hash == events.front().key_hash);
        BOOST_TEST(event.value_bytes == 5U);
        BOOST_TEST((event.at > before - 1s && event.at < before + 60s));
        BOOST_REQUIRE(event.client.has_value());
        BOOST_TEST(event.client->name == "gw1");
    }
}

BOOST_AUTO_TEST_CASE(a_program_that_writes_nothing_is_told_too) {
    TestCache cache(Kind::shared);
    cache->set("k", "1");
    EventStream stream(*cache);
    Options options;
    options.client_name = "reader";
    static_cast<void>(cache.attach(options).get("k"));
    static_cast<void>(cache.attach(options).add("k", "2"));
    std::string names;
    stream.read([&](const Event& event) { names += event.client ? event.client->name + ' ' : "none "; });
    BOOST_TEST(names == "reader reader ");
}

BOOST_DATA_TEST_CASE(what_reclaim_takes_away_is_noted_with_its_key, data::make({1000U, 30'000U}), size) {
    TestCache cache(Kind::shared, options_of(kMiB));
    EventStream stream(*cache);
    for (int i = 0; i < 2000; ++i) cache->set("key " + std::to_string(i), std::string(size, 'v'));
    std::string evicted;
    while (stream.read([&](const Event& event) {
        if (event.outcome == "evicted" && evicted.empty()) evicted = text_of(event);
    }) != 0) {
    }
    BOOST_TEST(evicted.starts_with("reclaim evicted key "));
}

BOOST_AUTO_TEST_CASE(a_load_is_one_event) {
    TestCache cache(Kind::shared);
    std::istringstream fixture(R"({"dummycache":1})"
                               "\n"
                               R"({"key":"a","value":"1"})"
                               "\n"
                               R"({"key":"b","value":"1"})"
                               "\n");
    EventStream stream(*cache);
    load(*cache, fixture);
    std::uint64_t entries = 0;
    std::string text;
    stream.read([&](const Event& event) {
        text += text_of(event);
        entries += event.entries;
    });
    BOOST_TEST(text == "load stored ");
    BOOST_TEST(entries == 2U);
}

BOOST_AUTO_TEST_CASE(nothing_is_noted_and_no_memory_taken_unless_somebody_asks) {
    TestCache cache(Kind::shared);
    cache->set("k", "1");
    static_cast<void>(cache->get("k"));
    BOOST_TEST(logged(*cache).empty());
    BOOST_TEST((journal_info(*cache).state == JournalState::off));
    BOOST_TEST(journal_info(*cache).memory == 0U);
    switch_journal(*cache, true);
    BOOST_TEST((journal_info(*cache).state == JournalState::on));
    cache->set("k", "2");
    BOOST_TEST(journal_info(*cache).memory > 0U);
    BOOST_TEST(journal_info(*cache).noted == 1U);
    switch_journal(*cache, false);
    cache->set("k", "3");
    BOOST_TEST(logged(*cache).size() == 1U);
    BOOST_TEST((journal_info(*cache).state == JournalState::off));
}

BOOST_AUTO_TEST_CASE(the_log_gives_the_last_events_the_oldest_first) {
    TestCache cache(Kind::shared);
    switch_journal(*cache, true);
    for (const char* const key : {"a", "b", "c"}) cache->set(key, "1");
    const auto last = logged(*cache, 2);
    BOOST_REQUIRE(last.size() == 2U);
    BOOST_TEST(last[0].key == "b");
    BOOST_TEST(last[1].key == "c");
    BOOST_TEST(logged(*cache).size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_lease_that_has_run_out_ends_the_noting) {
    TestCache cache(Kind::shared);
    { const EventStream stream(*cache); }
    const std::uint64_t now_ms = ipc::boot_us() / 1000;
    BOOST_TEST(word_of(*cache) > now_ms);
    BOOST_TEST(word_of(*cache) <= now_ms + 2000);
    // In the past, and so far ahead that no watcher wrote it.
    for (const std::uint64_t word : {now_ms - 1, now_ms + 3'600'000, std::uint64_t{1}}) {
        word_of(*cache) = word;
        cache->set("k", "1");
        BOOST_TEST(word_of(*cache) == 0U);
    }
    BOOST_TEST(logged(*cache).empty());
}

BOOST_AUTO_TEST_CASE(a_stream_that_was_not_read_knows_that_it_missed_something) {
    TestCache cache(Kind::shared);
    EventStream stream(*cache);
    BOOST_TEST(stream.unwatched() == 0ms);
    std::this_thread::sleep_for(2300ms);
    cache->set("k", "1");
    BOOST_TEST(events_of(stream).empty());
    BOOST_TEST(stream.unwatched() >= 100ms);
    BOOST_TEST(stream.unwatched() < 60s);
    cache->set("k", "2");
    BOOST_TEST(events_of(stream) == "set stored k");
}

BOOST_AUTO_TEST_CASE(a_stream_of_a_cache_that_was_removed_says_so) {
    TestCache cache(Kind::shared);
    EventStream stream(*cache);
    Cache::remove(cache.name());
    std::this_thread::sleep_for(300ms);
    BOOST_TEST(throws(ErrorCode::removed, [&] { stream.read([](const Event&) {}); }));
}

BOOST_AUTO_TEST_CASE(watching_does_not_end_what_was_switched_on) {
    TestCache cache(Kind::shared);
    switch_journal(*cache, true);
    { EventStream stream(*cache); }
    BOOST_TEST((journal_info(*cache).state == JournalState::on));
}

BOOST_AUTO_TEST_CASE(a_reader_that_falls_behind_knows_how_many_it_lost) {
    TestCache cache(Kind::shared, options_of(kMiB));
    EventStream stream(*cache);
    const std::uint64_t room = journal_info(*cache).room;
    for (std::uint64_t i = 0; i < room + 100; ++i) static_cast<void>(cache->get(std::to_string(i)));
    std::uint64_t read = 0;
    std::uint64_t expected = 0;
    std::uint64_t wrong = 0;
    while (stream.read([&](const Event& event) {
        if (read++ == 0) expected = stream.lost();
        wrong += static_cast<std::uint64_t>(event.key != std::to_string(expected++));
    }) != 0) {
    }
    BOOST_TEST(stream.lost() >= 100U);
    BOOST_TEST(stream.lost() < 100 + room / 4);
    BOOST_TEST(read + stream.lost() == room + 100);
    BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(an_event_whose_writer_died_is_lost_and_holds_nobody_up) {
    TestCache cache(Kind::shared);
    EventStream stream(*cache);
    cache->set("a", "1");
    attachment_of(*cache).memory.journal->head.next.fetch_add(1);
    cache->set("b", "1");
    std::string all;
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (all.size() < 2 && std::chrono::steady_clock::now() < end)
        stream.read([&](const Event& event) { all += event.key; });
    BOOST_TEST(all == "ab");
    BOOST_TEST(stream.lost() == 1U);
}

BOOST_AUTO_TEST_CASE(an_event_that_two_writers_mixed_is_lost) {
    TestCache cache(Kind::shared);
    EventStream stream(*cache);
    for (const char* const key : {"a", "b", "c"}) cache->set(key, "1");
    attachment_of(*cache).memory.journal->events[1].value_bytes ^= 4;
    BOOST_TEST(events_of(stream) == "set stored a, set stored c");
    BOOST_TEST(stream.lost() == 1U);
}

BOOST_DATA_TEST_CASE(a_damaged_journal_breaks_nothing, data::make({0x00, 0xff, 0x5a, 1}), byte) {
    TestCache cache(Kind::shared, options_of(kMiB));
    EventStream stream(*cache);
    cache->set("k", "1");
    const auto region = attachment_of(*cache).segment->journal();
    std::uint64_t noise = 88172645463325252U;
    for (std::byte& each : region) {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        each = static_cast<std::byte>(byte == 1 ? noise : static_cast<unsigned>(byte));
    }
    for (int i = 0; i < 100; ++i) {
        cache->set("k" + std::to_string(i), "1");
        stream.read([](const Event&) {}, 10'000);
        static_cast<void>(logged(*cache, 10));
    }
    BOOST_TEST((cache->get("k") == "1"));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(a_fork_has_a_journal_of_its_own) {
    TestCache cache(Kind::shared);
    const TestName name(Kind::shared);
    switch_journal(*cache, true);
    cache->set("k", "1");
    Cache fork = fork_cache(*cache, name.text()).value();
    fork.set("k", "2");
    BOOST_TEST((journal_info(fork).state == JournalState::off));
    BOOST_TEST(logged(fork).empty());
    BOOST_TEST(logged(*cache).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_full_system_has_no_journal_and_all_else_works) {
    with_own_shm(4, [] {
        Options options = options_of(16 * kMiB);
        Cache cache = Cache::open("journal-full", options);
        cache.set("k", std::string(3'000'000, 'v'));
        require(throws(ErrorCode::full, [&] { EventStream stream(cache); }), "there was memory");
        require(throws(ErrorCode::full, [&] { switch_journal(cache, true); }), "there was memory");
        require(cache.contains("k") && cache.set("l", "1"), "a call failed");
        // As if another process had found memory, which is gone by now.
        attachment_of(cache).memory.superblock->journal = ipc::kJournalOn;
        require(cache.contains("k") && cache.set("l", "1"), "a call failed");
        require(cache.check().empty(), "the cache is not sound");
    });
}

BOOST_AUTO_TEST_SUITE_END()
