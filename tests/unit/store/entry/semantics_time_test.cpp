// SPDX-License-Identifier: MIT
// Timeouts and deadlines. The clock is frozen and moved, so nothing here sleeps.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <limits>

#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

constexpr std::uint64_t kSecond = 1'000'000;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

BOOST_AUTO_TEST_SUITE(store_semantics_time)

BOOST_DATA_TEST_CASE(without_a_timeout_an_entry_lives_for_ever, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    cache->set("a", "1");
    BOOST_TEST((cache->ttl("a") == kForever));
    cache.clock().advance(500ULL * 365 * 86'400 * kSecond);
    BOOST_TEST((cache->get("a") == "1"));
    BOOST_TEST((cache->ttl("a") == kForever));
}

BOOST_DATA_TEST_CASE(an_entry_is_there_until_just_before_its_deadline, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    cache->set("a", "1", 10s);
    BOOST_TEST((cache->ttl("a") == 10s));
    cache.clock().advance(10 * kSecond - 1);
    BOOST_TEST((cache->get("a") == "1"));
    BOOST_TEST((cache->ttl("a") == 1us));
    cache.clock().advance(1);
    BOOST_TEST(!cache->get("a"));
    BOOST_TEST((cache->ttl("a") == std::nullopt));
}

BOOST_DATA_TEST_CASE(an_expired_entry_is_absent_for_every_call, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    for (const std::string& value : {std::string("5"), std::string(50'000, 'x')}) {
        const auto expire = [&] {
            cache->set("a", value, 1s);
            cache.clock().advance(kSecond);
        };
        expire();
        std::string string;
        std::array<char, 8> buffer{};
        BOOST_TEST(!cache->get("a", string));
        BOOST_TEST(!cache->get("a", std::span<char>(buffer)));
        BOOST_TEST(!cache->get_entry("a"));
        BOOST_TEST(!cache->peek("a"));
        BOOST_TEST(!cache->contains("a"));
        BOOST_TEST(!cache->get_many({"a"})[0]);
        BOOST_TEST(!cache->touch("a", 5s));
        BOOST_TEST(!cache->persist("a"));
        BOOST_TEST(!cache->replace("a", "1"));
        int seen = 0;
        cache->visit([&](const EntryView&) { return ++seen, true; });
        BOOST_TEST(seen == 0);
        BOOST_TEST(cache->erase_if("*") == 0U);
        BOOST_TEST(!cache->erase("a"));
        expire();
        BOOST_TEST(!cache->take("a"));
        expire();
        BOOST_TEST(cache->incr("a", 3) == 3);
        BOOST_TEST((cache->ttl("a") == kForever));
        expire();
        BOOST_TEST(cache->append("a", "xy") == 2U);
        BOOST_TEST((cache->ttl("a") == kForever));
        expire();
        BOOST_TEST(cache->add("a", "new"));
        BOOST_TEST((cache->get("a") == "new"));
    }
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(an_expired_entry_cannot_be_set_by_its_id, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    cache->set("a", "1", 1s);
    const EntryId id = cache->get_entry("a")->id;
    cache.clock().advance(kSecond);
    BOOST_TEST(!cache->set_if("a", "2", id));
    BOOST_TEST(!cache->contains("a"));
}

BOOST_DATA_TEST_CASE(a_timeout_of_zero_or_less_deletes, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    for (const Timeout over :
         {Timeout(0s), Timeout(-1s), Timeout(-1us), Timeout(std::chrono::duration<double>(-0.0)),
          Timeout(std::chrono::duration<double>(-1e300)), Timeout(std::chrono::hours::min())}) {
        cache->set("a", "1");
        BOOST_TEST(!cache->set("a", "2", over));
        BOOST_TEST(!cache->contains("a"));
        BOOST_TEST(!cache->set("a", "2", over));
        cache->set("a", "1");
        BOOST_TEST(cache->touch("a", over));
        BOOST_TEST(!cache->contains("a"));
        BOOST_TEST(!cache->touch("a", over));
        BOOST_TEST(!cache->replace("a", "1", over));
    }
    BOOST_TEST(cache->stats().entries == 0U);
}

BOOST_DATA_TEST_CASE(nan_and_infinity_are_errors_that_change_nothing, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    cache->set("a", "1");
    const EntryId id = cache->get_entry("a")->id;
    using Seconds = std::chrono::duration<double>;
    for (const double wrong : {kInfinity - kInfinity, kInfinity, -kInfinity}) {
        const Timeout timeout{Seconds(wrong)};
        const auto refuses = [&](auto call) { return throws(ErrorCode::invalid_argument, call); };
        BOOST_TEST(refuses([&] { cache->set("a", "2", timeout); }));
        BOOST_TEST(refuses([&] { cache->set("new", "2", timeout); }));
        BOOST_TEST(refuses([&] { cache->add("new", "2", timeout); }));
        BOOST_TEST(refuses([&] { cache->replace("a", "2", timeout); }));
        BOOST_TEST(refuses([&] { cache->set_if("a", "2", id, timeout); }));
        BOOST_TEST(refuses([&] { cache->touch("a", timeout); }));
        BOOST_TEST(refuses([&] { cache->touch("new", timeout); }));
        BOOST_TEST(refuses([&] { cache->get_or_set("new", "2", timeout); }));
        BOOST_TEST(refuses([&] { cache->set_many({{"new", "2"}}, timeout); }));
    }
    BOOST_TEST((cache->get("a") == "1"));
    BOOST_TEST((cache->ttl("a") == kForever));
    BOOST_TEST(!cache->contains("new"));
}

BOOST_DATA_TEST_CASE(a_tiny_timeout_is_rounded_up_to_a_microsecond, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    cache->set("a", "1", 1ns);
    BOOST_TEST((cache->ttl("a") == 1us));
    cache->set("a", "1", std::chrono::duration<double>(1e-300));
    BOOST_TEST((cache->ttl("a") == 1us));
    cache->set("a", "1", 1001ns);
    BOOST_TEST((cache->ttl("a") == 2us));
    cache.clock().advance(2);
    BOOST_TEST(!cache->contains("a"));
}

BOOST_DATA_TEST_CASE(a_timeout_of_a_thousand_years_is_for_ever, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    using Years = std::chrono::duration<double, std::ratio<31'557'600>>;
    cache->set("a", "1", Years(1000));
    BOOST_TEST((cache->ttl("a") == kForever));
    cache->set("a", "1", Years(1e300));
    BOOST_TEST((cache->ttl("a") == kForever));
    cache->set("a", "1", std::chrono::hours::max());
    BOOST_TEST((cache->ttl("a") == kForever));
    cache->set("a", "1", Years(999));
    const auto ttl = cache->ttl("a");
    BOOST_REQUIRE(ttl);
    BOOST_TEST((*ttl > 364 * 24h * 999 && *ttl < 366 * 24h * 999));
}

BOOST_DATA_TEST_CASE(touch_gives_a_new_timeout_and_keeps_the_rest, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    cache->set("a", "1", 1s, Codec::json);
    const EntryId id = cache->get_entry("a")->id;
    BOOST_TEST(cache->touch("a", 20s));
    const auto entry = cache->get_entry("a");
    BOOST_TEST((entry->ttl == 20s));
    BOOST_TEST(entry->codec == Codec::json);
    BOOST_TEST(entry->id == id);
    cache.clock().advance(10 * kSecond);
    BOOST_TEST((cache->get("a") == "1"));
    BOOST_TEST(cache->touch("a", 2s));
    cache.clock().advance(2 * kSecond);
    BOOST_TEST(!cache->contains("a"));
}

BOOST_DATA_TEST_CASE(persist_takes_the_deadline_away, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    cache->set("a", "1", 1s);
    BOOST_TEST(cache->persist("a"));
    BOOST_TEST(cache->persist("a"));
    cache.clock().advance(1000 * kSecond);
    BOOST_TEST((cache->get("a") == "1"));
    BOOST_TEST((cache->ttl("a") == kForever));
}

BOOST_DATA_TEST_CASE(incr_and_append_keep_the_deadline, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    cache->set("n", "1", 10s);
    cache->set("s", "x", 10s);
    cache->set("large", std::string(50'000, 'x'), 10s);
    cache.clock().advance(4 * kSecond);
    cache->incr("n");
    cache->append("s", "y");
    cache->append("large", "y");
    for (const char* key : {"n", "s", "large"}) BOOST_TEST((cache->ttl(key) == 6s));
    cache.clock().advance(6 * kSecond);
    for (const char* key : {"n", "s", "large"}) BOOST_TEST(!cache->contains(key));
}

BOOST_AUTO_TEST_CASE(every_handle_follows_the_same_clock) {
    for (const Kind kind : kNamedKinds) {
        FrozenCache cache(kind);
        Cache other = cache.attach();
        other.set("a", "1", 5s);
        cache.clock().advance(5 * kSecond - 1);
        BOOST_TEST((other.ttl("a") == 1us));
        cache.clock().advance(1);
        BOOST_TEST(!other.get("a"));
    }
}

BOOST_DATA_TEST_CASE(a_running_clock_lets_entries_expire, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->set("a", "1", 1000s);
    cache->set("b", "1", 1000s);
    cache.clock().advance(999 * kSecond);
    BOOST_TEST((cache->ttl("a") <= 1s));
    cache.clock().advance(1 * kSecond);
    BOOST_TEST(!cache->contains("a"));
    BOOST_TEST(!cache->erase("b"));
}

BOOST_AUTO_TEST_SUITE_END()
