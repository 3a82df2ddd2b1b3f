// SPDX-License-Identifier: MIT
// Typed values: what comes back, and what is refused.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>

#include "dummycache/typed.hpp"
#include "support/test_cache.hpp"

namespace {

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

}  // namespace

BOOST_AUTO_TEST_SUITE(store_typed)

BOOST_DATA_TEST_CASE(typed_values_come_back_as_their_type, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    const std::map<std::string, std::vector<int>> table{{"a", {1, 2}}, {"b", {}}};
    cache->put("table", table);
    cache->put("text", std::string("x"));
    BOOST_TEST((cache->fetch<std::map<std::string, std::vector<int>>>("table") == table));
    BOOST_TEST((cache->fetch<std::string>("text") == "x"));
    BOOST_TEST(cache->get_entry("text")->codec == Codec::cereal);
    BOOST_TEST(!cache->fetch<int>("absent"));
    BOOST_TEST(!cache->put("text", std::string("y"), 0s));
    BOOST_TEST(!cache->fetch<std::string>("text"));
}

BOOST_DATA_TEST_CASE(a_typed_value_of_another_type_is_an_error, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->put("number", 5);
    cache->set("plain", "5");
    const std::string bytes = *cache->get("number");
    cache->set("cut", bytes.substr(0, bytes.size() - 1), {}, Codec::cereal);
    cache->set("empty", "", {}, Codec::cereal);
    BOOST_TEST(
        throws(ErrorCode::wrong_kind, [&] { static_cast<void>(cache->fetch<std::string>("number")); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { static_cast<void>(cache->fetch<int>("plain")); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { static_cast<void>(cache->fetch<int>("cut")); }));
    BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { static_cast<void>(cache->fetch<int>("empty")); }));
    BOOST_TEST((cache->fetch<int>("number") == 5));
}

BOOST_DATA_TEST_CASE(put_and_fetch_are_functions_as_well, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    BOOST_TEST(put(*cache, "number", 5, 1min));
    BOOST_TEST((cache->fetch<int>("number") == 5));
    BOOST_TEST((fetch<int>(*cache, "number") == 5));
    BOOST_TEST((*cache->ttl("number") <= 1min));
    BOOST_TEST(!fetch<int>(*cache, "absent"));
}

BOOST_AUTO_TEST_SUITE_END()
