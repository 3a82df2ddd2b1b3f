// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <string>

#include "dummycache/cache.hpp"

using dummycache::glob_matches;

BOOST_AUTO_TEST_SUITE(store_glob)

BOOST_AUTO_TEST_CASE(a_glob_without_special_characters_is_the_text_itself) {
    BOOST_TEST(glob_matches("", ""));
    BOOST_TEST(glob_matches("abc", "abc"));
    BOOST_TEST(!glob_matches("abc", "ab"));
    BOOST_TEST(!glob_matches("abc", "abcd"));
    BOOST_TEST(!glob_matches("", "a"));
    BOOST_TEST(!glob_matches("a", ""));
}

BOOST_AUTO_TEST_CASE(a_star_stands_for_any_bytes) {
    BOOST_TEST(glob_matches("*", ""));
    BOOST_TEST(glob_matches("*", "a/b"));
    BOOST_TEST(glob_matches("a*", "a"));
    BOOST_TEST(glob_matches("a*c", "abbbc"));
    BOOST_TEST(glob_matches("a*b*c", "axbybzc"));
    BOOST_TEST(glob_matches("**a**", "xax"));
    BOOST_TEST(!glob_matches("a*c", "abbb"));
    BOOST_TEST(!glob_matches("*a", "ab"));
}

BOOST_AUTO_TEST_CASE(a_question_mark_stands_for_one_byte) {
    BOOST_TEST(glob_matches("a?c", "abc"));
    BOOST_TEST(!glob_matches("a?c", "ac"));
    BOOST_TEST(!glob_matches("?", ""));
    BOOST_TEST(glob_matches("?", std::string_view("\0", 1)));
    BOOST_TEST(glob_matches("*?", "abc"));
    BOOST_TEST(!glob_matches("*?", ""));
}

BOOST_AUTO_TEST_CASE(a_set_stands_for_one_of_its_bytes) {
    BOOST_TEST(glob_matches("[abc]", "b"));
    BOOST_TEST(!glob_matches("[abc]", "d"));
    BOOST_TEST(glob_matches("[a-cx]1", "b1"));
    BOOST_TEST(glob_matches("[a-cx]1", "x1"));
    BOOST_TEST(glob_matches("[a-c]", "a"));
    BOOST_TEST(glob_matches("[a-c]", "c"));
    BOOST_TEST(!glob_matches("[a-c]", "d"));
    BOOST_TEST(!glob_matches("[a-c]", ""));
    BOOST_TEST(glob_matches("[\x80-\xff]", "\xc3"));
}

BOOST_AUTO_TEST_CASE(a_negated_set_stands_for_one_of_the_others) {
    BOOST_TEST(glob_matches("[!a]", "b"));
    BOOST_TEST(!glob_matches("[!a]", "a"));
    BOOST_TEST(!glob_matches("[!a-c]", "b"));
    BOOST_TEST(!glob_matches("[!a]", ""));
}

BOOST_AUTO_TEST_CASE(a_bracket_may_be_a_member_or_stand_for_itself) {
    BOOST_TEST(glob_matches("[]]", "]"));
    BOOST_TEST(glob_matches("[!]]", "a"));
    BOOST_TEST(!glob_matches("[!]]", "]"));
    BOOST_TEST(glob_matches("[a-]", "-"));
    BOOST_TEST(glob_matches("[abc", "[abc"));
    BOOST_TEST(glob_matches("[", "["));
    BOOST_TEST(glob_matches("]", "]"));
}

BOOST_AUTO_TEST_CASE(a_backslash_takes_the_meaning_from_what_follows) {
    BOOST_TEST(glob_matches("\\*", "*"));
    BOOST_TEST(!glob_matches("\\*", "a"));
    BOOST_TEST(glob_matches("\\[a]", "[a]"));
    BOOST_TEST(glob_matches("\\\\", "\\"));
    BOOST_TEST(glob_matches("a\\", "a\\"));
}

BOOST_AUTO_TEST_CASE(many_stars_do_not_take_for_ever) {
    std::string glob;
    for (int i = 0; i < 200; ++i) glob += "a*";
    BOOST_TEST(!glob_matches(glob + 'b', std::string(20'000, 'a')));
    BOOST_TEST(glob_matches(glob, std::string(20'000, 'a')));
}

BOOST_AUTO_TEST_SUITE_END()
