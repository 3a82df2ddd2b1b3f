// SPDX-License-Identifier: MIT
// Two texts have one meaning exactly if they are the same JSON value.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "store/snapshot/json_meaning.hpp"

using dummycache::store::snapshot::json_meaning;
namespace data = boost::unit_test::data;

namespace {

std::string nested(std::size_t depth, const std::string& inside) {
    return std::string(depth, '[') + inside + std::string(depth, ']');
}

/// Texts of one meaning in each line.
const std::vector<std::vector<std::string>> kMeanings{
    {"null", " null\r\n", "\tnull"},
    {"true"},
    {"false"},
    {"0", "-0", "0.0", "-0e5", "0e-99999999999999999999", "0.000"},
    {"1", "1.0", "1e0", "10e-1", "0.1E+1", "1.000", "0.0001e4", "1e-0"},
    {"-1", "-1.0", "-10e-1"},
    {"100", "1e2", "1E2", "1e+2", "100.0", "0.1e3", "1e000000000000000000000000000002"},
    {"10"},
    {"9007199254740992", "9007199254740992.0"},
    {"9007199254740993"},
    {"123456789012345678901234567890", "123456789012345678901234567890.0", "12345678901234567890123456789e1"},
    {"123456789012345678901234567891"},
    {"0.1", "0.10", "1e-1"},
    {"0.1000000000000000055511151231257827"},
    {"1e308", "10e307"},
    {"1e-400", "0.1e-399"},
    {"1e-401"},
    {"1e-99999999999999999999"},
    {"2e-99999999999999999999"},
    {"\"\""},
    {"\"1\"", R"("\u0031")"},
    {"\"null\""},
    {"\"a\xc3\xa9/\"", R"("a\u00e9\/")", R"("\u0061\u00E9/")"},
    {"\"ae\xcc\x81/\""},
    {"\"\xf0\x9f\x98\x80\"", R"("\ud83d\ude00")", R"("\uD83D\uDE00")"},
    {R"("a\u0000b")"},
    {"\"ab\""},
    {"[]", "[ ]"},
    {"{}", "{ }"},
    {"[[]]"},
    {"[1,2]", "[ 1 , 2 ]", "[1.0,2e0]"},
    {"[2,1]"},
    {"[12]"},
    {"[\"1\",2]"},
    {"[{}]"},
    {"[null]"},
    {R"({"a":1,"b":[{"d":2,"c":3}]})", R"({ "b" : [ {"c":3.0,"d":2} ], "\u0061":1 })"},
    {R"({"a":1,"b":[{"d":3,"c":2}]})"},
    {R"({"b":1,"a":[{"d":2,"c":3}]})"},
    {R"({"a":1})"},
    {R"({"a":"1"})"},
    {R"({"A":1})"},
    {R"({"a":1,"a":2})", R"({"a": 1, "a": 2.0})"},
    {R"({"a":2,"a":1})"},
    {R"({"a":2})"},
    {R"({"a":1,"a":1})"},
    {R"({"":0})"},
    {R"({"a":1,"b":2,"a":3})", R"({"b":2,"a":1,"a":3})", R"({"a":1,"a":3,"b":2})"},
    {nested(256, "1"), nested(256, " 1 ")},
    {nested(255, "1")},
};

const std::vector<std::string> kNoJson{"",
                                       " ",
                                       "nul",
                                       "NaN",
                                       "Infinity",
                                       "+1",
                                       "01",
                                       "1.",
                                       ".5",
                                       "1e",
                                       "0x10",
                                       "'a'",
                                       "a",
                                       "\"a",
                                       "[1,]",
                                       "{\"a\"}",
                                       "{a:1}",
                                       "[1",
                                       "1 2",
                                       "\xef\xbb\xbf"
                                       "1",
                                       "\"\xff\"",
                                       "1//",
                                       "[1]]",
                                       "\"\n\"",
                                       R"("\x")",
                                       R"("\ud800")",
                                       "1e400"};

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_json_meaning)

BOOST_AUTO_TEST_CASE(texts_of_one_meaning_are_equal_and_all_others_are_not) {
    for (std::size_t i = 0; i < kMeanings.size(); ++i) {
        const auto meaning = json_meaning(kMeanings[i][0]);
        BOOST_TEST_REQUIRE(meaning.has_value(), kMeanings[i][0]);
        for (const std::string& other : kMeanings[i])
            BOOST_TEST((json_meaning(other) == meaning), kMeanings[i][0] << " and " << other);
        for (std::size_t k = i + 1; k < kMeanings.size(); ++k)
            BOOST_TEST((json_meaning(kMeanings[k][0]) != meaning),
                       kMeanings[i][0] << " and " << kMeanings[k][0]);
    }
}

BOOST_DATA_TEST_CASE(other_texts_have_no_meaning, data::make(kNoJson), text) {
    BOOST_TEST(!json_meaning(text).has_value());
}

BOOST_AUTO_TEST_CASE(bytes_behind_a_zero_byte_are_no_json) {
    BOOST_TEST(!json_meaning(std::string_view("1\0", 2)).has_value());
    BOOST_TEST(!json_meaning(std::string_view("1\0001", 3)).has_value());
}

BOOST_AUTO_TEST_CASE(the_depth_is_bounded) {
    BOOST_TEST(!json_meaning(nested(257, "")).has_value());
    BOOST_TEST(!json_meaning(nested(10'000'000, "")).has_value());
    BOOST_TEST(!json_meaning(std::string(10'000'000, '[')).has_value());
    std::string objects;
    for (int i = 0; i < 257; ++i) objects += "{\"a\":";
    BOOST_TEST(!json_meaning(objects + "1" + std::string(257, '}')).has_value());
}

BOOST_AUTO_TEST_CASE(names_in_no_order_at_any_depth_take_no_more_than_a_copy_for_each_level) {
    std::string one = "1";
    std::string two = "1";
    for (int i = 0; i < 255; ++i) {
        one = "{\"b\":" + one + ",\"a\":0}";
        two = "{\"a\":0,\"b\":" + two + "}";
    }
    BOOST_TEST((json_meaning(one) == json_meaning(two)));
    std::string many = "{";
    std::string sorted = "{";
    for (int i = 99'999; i > 0; --i) many += "\"" + std::to_string(100'000 + i) + "\":[],";
    for (int i = 1; i < 100'000; ++i) sorted += "\"" + std::to_string(100'000 + i) + "\":[ ],";
    many.back() = '}';
    sorted.back() = '}';
    BOOST_TEST((json_meaning(many) == json_meaning(sorted)));
}

BOOST_AUTO_TEST_SUITE_END()
