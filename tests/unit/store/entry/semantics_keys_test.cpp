// SPDX-License-Identifier: MIT
// What the calls on one key promise, for each kind of cache.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>

#include "store/layout/attachment.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(store_semantics_keys)

BOOST_DATA_TEST_CASE(a_value_comes_back_as_it_was_set, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    BOOST_TEST(cache->set("a", "1"));
    BOOST_TEST((cache->get("a") == "1"));
    BOOST_TEST((cache.attach().get("a") == "1"));
}

BOOST_DATA_TEST_CASE(an_absent_key_is_empty_or_false, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    std::string value;
    std::array<char, 4> buffer{};
    BOOST_TEST(!cache->get("a"));
    BOOST_TEST(!cache->get("a", value));
    BOOST_TEST(!cache->get("a", std::span<char>(buffer)));
    BOOST_TEST(!cache->get_entry("a"));
    BOOST_TEST(!cache->peek("a"));
    BOOST_TEST(!cache->contains("a"));
    BOOST_TEST((cache->ttl("a") == std::nullopt));
    BOOST_TEST(!cache->erase("a"));
    BOOST_TEST(!cache->take("a"));
    BOOST_TEST(!cache->touch("a", 1s));
    BOOST_TEST(!cache->persist("a"));
    BOOST_TEST(!cache->replace("a", "1"));
    BOOST_TEST(!cache->set_if("a", "1", 0));
    BOOST_TEST(!cache->contains("a"));
}

BOOST_DATA_TEST_CASE(a_second_set_takes_the_place_of_the_first, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->set("a", "first", 10s, Codec::text);
    cache->set("a", "second value", {}, Codec::json);
    const auto entry = cache->get_entry("a");
    BOOST_REQUIRE(entry);
    BOOST_TEST(entry->value == "second value");
    BOOST_TEST(entry->codec == Codec::json);
    BOOST_TEST((entry->ttl == kForever));
    BOOST_TEST(cache->stats().entries == 1U);
}

BOOST_DATA_TEST_CASE(add_stores_only_what_is_absent, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    BOOST_TEST(cache->add("a", "1"));
    BOOST_TEST(!cache->add("a", "2"));
    BOOST_TEST(!cache->add("a", "2", 0s));
    BOOST_TEST(!cache->add("a", "2", 5s));
    BOOST_TEST((cache->get("a") == "1"));
    BOOST_TEST((cache->ttl("a") == kForever));
    cache->erase("a");
    BOOST_TEST(cache->add("a", "3"));
    BOOST_TEST((cache->get("a") == "3"));
}

BOOST_DATA_TEST_CASE(add_with_no_time_left_stores_nothing_and_says_so, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    BOOST_TEST(!cache->add("a", "1", 0s));
    BOOST_TEST(!cache->add("a", "1", -5s));
    BOOST_TEST(!cache->contains("a"));
}

BOOST_DATA_TEST_CASE(replace_stores_only_over_what_is_there, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    BOOST_TEST(!cache->replace("a", "1"));
    BOOST_TEST(!cache->contains("a"));
    cache->set("a", "1");
    BOOST_TEST(cache->replace("a", "2"));
    BOOST_TEST((cache->get("a") == "2"));
    BOOST_TEST(cache->replace("a", "3", 0s));
    BOOST_TEST(!cache->contains("a"));
}

BOOST_DATA_TEST_CASE(set_if_stores_only_over_the_entry_with_that_id, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->set("a", "1");
    const EntryId id = cache->get_entry("a")->id;
    BOOST_TEST(cache->set_if("a", "2", id));
    BOOST_TEST(!cache->set_if("a", "3", id));
    BOOST_TEST((cache->get("a") == "2"));
    const EntryId second = cache->get_entry("a")->id;
    BOOST_TEST(second != id);
    BOOST_TEST(!cache->set_if("a", "3", id, 0s));
    BOOST_TEST(cache->contains("a"));
    BOOST_TEST(cache->set_if("a", "3", second, 0s));
    BOOST_TEST(!cache->contains("a"));
}

BOOST_DATA_TEST_CASE(an_id_never_comes_back, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    std::vector<EntryId> ids;
    const auto note = [&] { ids.push_back(cache->get_entry("a").value().id); };
    cache->set("a", "1");
    note();
    cache->set("a", "1");
    note();
    cache->incr("a");
    note();
    cache->append("a", "0");
    note();
    cache->erase("a");
    cache->set("a", "1");
    note();
    cache->clear();
    cache->set("a", "1");
    note();
    std::sort(ids.begin(), ids.end());
    BOOST_TEST((std::adjacent_find(ids.begin(), ids.end()) == ids.end()));
}

BOOST_DATA_TEST_CASE(erase_says_whether_there_was_one, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->set("a", "1");
    cache->set("b", "2");
    BOOST_TEST(cache->erase("a"));
    BOOST_TEST(!cache->erase("a"));
    BOOST_TEST(!cache->contains("a"));
    BOOST_TEST((cache->get("b") == "2"));
}

BOOST_DATA_TEST_CASE(take_returns_the_value_and_deletes_it, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    const std::string large(100'000, 'x');
    cache->set("a", "1");
    cache->set("large", large);
    BOOST_TEST((cache->take("a") == "1"));
    BOOST_TEST(!cache->take("a"));
    BOOST_TEST((cache->take("large") == large));
    BOOST_TEST(!cache->contains("large"));
    BOOST_TEST(cache->stats().large_pages == 0U);
}

BOOST_DATA_TEST_CASE(a_string_is_used_again_for_the_next_value, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->set("long", std::string(500, 'x'));
    cache->set("short", "y");
    std::string value;
    BOOST_TEST(cache->get("long", value));
    BOOST_TEST(value == std::string(500, 'x'));
    const char* const memory = value.data();
    BOOST_TEST(cache->get("short", value));
    BOOST_TEST(value == "y");
    BOOST_TEST(static_cast<const void*>(value.data()) == static_cast<const void*>(memory));
}

BOOST_DATA_TEST_CASE(a_buffer_gets_what_it_can_hold, data::make(kAllKinds) * data::make({5, 5000, 50'000}),
                     kind, bytes) {
    TestCache cache(kind);
    const auto size = static_cast<std::size_t>(bytes);
    std::string value(size, '\0');
    for (std::size_t i = 0; i < size; ++i) value[i] = static_cast<char>(i * 7 + i / 256);
    cache->set("a", value);
    for (const std::size_t room : {std::size_t{0}, std::size_t{1}, size - 1, size, size + 10}) {
        std::string buffer(room, '.');
        BOOST_TEST((cache->get("a", std::span<char>(buffer)) == size));
        const std::size_t copied = std::min(room, size);
        BOOST_TEST((buffer.substr(0, copied) == value.substr(0, copied)));
        BOOST_TEST((buffer.substr(copied) == std::string(room - copied, '.')));
    }
}

BOOST_DATA_TEST_CASE(an_entry_knows_all_about_itself, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache.clock().freeze();
    cache->set("a", "value", 90s, Codec::text);
    const auto entry = cache->get_entry("a");
    BOOST_REQUIRE(entry);
    BOOST_TEST(entry->value == "value");
    BOOST_TEST(entry->codec == Codec::text);
    BOOST_TEST((entry->ttl == 90s));
    BOOST_TEST(entry->stored_bytes >= std::size_t{24 + 1 + 5});
    cache->set("a", std::string(40'000, 'x'));
    BOOST_TEST(cache->get_entry("a")->stored_bytes >= 2U * 32'768U);
    BOOST_TEST(cache->get_entry("a")->id != entry->id);
}

BOOST_DATA_TEST_CASE(peek_counts_nothing_and_leaves_no_mark, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache.attachment().memory.superblock->marking = 1;  // as if half of its capacity had been in use
    const std::string large(40'000, '1');               // of small ones reads do not count at once
    cache->set("a", large);
    const auto visits = [&] {
        unsigned seen = 99;
        cache->visit([&](const EntryView& entry) {
            seen = entry.visits;
            return true;
        });
        return seen;
    };
    const Stats before = cache->stats();
    BOOST_TEST(cache->peek("a")->value == large);
    BOOST_TEST(!cache->peek("b"));
    static_cast<void>(cache->ttl("a"));
    BOOST_TEST(visits() == 0U);
    BOOST_TEST(cache->stats().hits == before.hits);
    BOOST_TEST(cache->stats().misses == before.misses);
    static_cast<void>(cache->get_entry("a"));
    BOOST_TEST(visits() == 1U);
    static_cast<void>(cache->contains("a"));
    BOOST_TEST(visits() == 2U);
    static_cast<void>(cache->get("a"));
    BOOST_TEST(visits() == 2U);
    BOOST_TEST(cache->stats().hits == before.hits + 3);
}

BOOST_DATA_TEST_CASE(a_prefetch_takes_any_key_and_changes_nothing, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->set("small", "1");
    cache->set("large", std::string(100'000, 'v'));
    const Stats before = cache->stats();
    for (const std::string& key : {std::string("small"), std::string("large"), std::string("absent"),
                                   std::string(), std::string(70'000, 'k')})
        cache->prefetch(key);
    const Stats after = cache->stats();
    BOOST_TEST(after.hits == before.hits);
    BOOST_TEST(after.misses == before.misses);
    BOOST_TEST((cache->get("small") == "1"));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(every_codec_comes_back_and_others_are_refused, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    for (const Codec codec :
         {Codec::bytes, Codec::text, Codec::int64, Codec::json, Codec::cereal, Codec::pickle}) {
        cache->set("a", "1", {}, codec);
        BOOST_TEST(cache->get_entry("a")->codec == codec);
        cache->touch("a", 10s);
        BOOST_TEST(cache->get_entry("a")->codec == codec);
    }
    const auto unknown = static_cast<Codec>(6);
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { cache->set("b", "1", {}, unknown); }));
    BOOST_TEST(!cache->contains("b"));
}

BOOST_DATA_TEST_CASE(get_or_set_makes_a_value_once, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    int made = 0;
    const auto make = [&] { return std::to_string(++made); };
    BOOST_TEST(cache->get_or_set("a", make) == "1");
    BOOST_TEST(cache->get_or_set("a", make) == "1");
    BOOST_TEST(made == 1);
    BOOST_TEST(cache->get_or_set("a", "other") == "1");
    BOOST_TEST(cache->get_or_set("b", "other", 5s) == "other");
    BOOST_TEST((cache->get("b") == "other"));
    BOOST_TEST((cache->ttl("b") <= 5s));
    BOOST_TEST(cache->get_or_set("c", "gone at once", 0s) == "gone at once");
    BOOST_TEST(!cache->contains("c"));
}

BOOST_DATA_TEST_CASE(a_copy_of_a_handle_is_the_same_cache, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    Cache copy = *cache;
    copy.set("a", "1");
    BOOST_TEST((cache->get("a") == "1"));
}

BOOST_AUTO_TEST_SUITE_END()
