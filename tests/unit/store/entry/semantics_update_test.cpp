// SPDX-License-Identifier: MIT
// incr, decr and append: read-modify-write as one step.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <limits>

#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
}  // namespace

BOOST_AUTO_TEST_SUITE(store_semantics_update)

BOOST_DATA_TEST_CASE(incr_counts_from_zero, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    BOOST_TEST(cache->incr("n") == 1);
    BOOST_TEST(cache->incr("n", 41) == 42);
    BOOST_TEST(cache->decr("n") == 41);
    BOOST_TEST(cache->decr("n", 100) == -59);
    BOOST_TEST(cache->incr("n", -1) == -60);
    BOOST_TEST(cache->decr("n", -60) == 0);
    BOOST_TEST(cache->incr("n", 0) == 0);
    BOOST_TEST((cache->get("n") == "0"));
    BOOST_TEST(cache->get_entry("n")->codec == Codec::int64);
    BOOST_TEST(cache->decr("absent") == -1);
}

BOOST_DATA_TEST_CASE(incr_reaches_both_ends_and_goes_no_further, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    BOOST_TEST(cache->incr("most", kMost) == kMost);
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { cache->incr("most"); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { cache->decr("most", kLeast); }));
    BOOST_TEST((cache->get("most") == std::to_string(kMost)));
    BOOST_TEST(cache->incr("most", kLeast) == -1);

    BOOST_TEST(cache->incr("least", kLeast) == kLeast);
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { cache->decr("least"); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { cache->incr("least", -1); }));
    BOOST_TEST((cache->get("least") == std::to_string(kLeast)));
    BOOST_TEST(cache->decr("least", kLeast) == 0);
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { cache->decr("absent", kLeast); }));
    BOOST_TEST(!cache->contains("absent"));
}

BOOST_DATA_TEST_CASE(incr_refuses_what_is_no_plain_decimal_number, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    const std::string with_zero("1\0", 2);
    for (const std::string& value :
         {std::string(), std::string("x"), std::string("1.5"), std::string(" 1"), std::string("1 "),
          std::string("+1"), std::string("0x1"), std::string("-"), std::string("1e3"), with_zero,
          std::string("9223372036854775808"), std::string(50'000, '1')}) {
        cache->set("a", value);
        BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { cache->incr("a"); }));
        BOOST_TEST((cache->get("a") == value));
    }
    for (const char* value : {"7", "-7", "007", "-0"}) {
        cache->set("a", value);
        BOOST_TEST(cache->incr("a") == std::stoi(value) + 1);
    }
}

BOOST_DATA_TEST_CASE(append_begins_with_an_empty_value, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    BOOST_TEST(cache->append("a", "") == 0U);
    BOOST_TEST((cache->get("a") == ""));
    BOOST_TEST(cache->append("a", "xy") == 2U);
    BOOST_TEST(cache->append("a", "z") == 3U);
    BOOST_TEST((cache->get("a") == "xyz"));
    BOOST_TEST(cache->get_entry("a")->codec == Codec::bytes);
}

BOOST_DATA_TEST_CASE(append_keeps_the_codec, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->set("a", "x", {}, Codec::text);
    cache->append("a", "y");
    BOOST_TEST(cache->get_entry("a")->codec == Codec::text);
}

BOOST_DATA_TEST_CASE(append_grows_a_value_from_small_to_large, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    std::string expected;
    for (std::size_t step = 0; expected.size() < 200'000; ++step) {
        const std::string suffix(1 + step * 37 % 3000, static_cast<char>('a' + step % 26));
        expected += suffix;
        BOOST_REQUIRE(cache->append("a", suffix) == expected.size());
        if (step % 10 == 0) BOOST_REQUIRE((cache->get("a") == expected));
    }
    BOOST_TEST((cache->get("a") == expected));
    BOOST_TEST(cache->stats().entries == 1U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(append_stops_at_half_the_capacity, data::make(kAllKinds), kind) {
    TestCache cache(kind, options_of(4 * kMiB));
    const std::string most(2 * kMiB, 'x');
    cache->set("a", most);
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { cache->append("a", "6"); }));
    BOOST_TEST((cache->get("a") == most));
    cache->set("b", "x");
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { cache->append("b", most); }));
    BOOST_TEST((cache->get("b") == "x"));
}

BOOST_AUTO_TEST_SUITE_END()
