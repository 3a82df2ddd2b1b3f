// SPDX-License-Identifier: MIT
// The public functions on text: UTF-8, base64, JSON strings, decimal seconds; and names of codecs.
#include "dummycache/text.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "dummycache/entry.hpp"
#include "dummycache/error.hpp"
#include "dummycache/limits.hpp"

using namespace dummycache;
using std::chrono::microseconds;

namespace {

std::string json(std::string_view utf8) {
    std::string string;
    text::append_json_string(string, utf8);
    return string;
}

std::string base64(std::string_view bytes) {
    std::string digits;
    text::append_base64(digits, bytes);
    return digits;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_text)

BOOST_AUTO_TEST_CASE(utf8_has_one_spelling_of_each_character) {
    for (const char* good : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                             "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        BOOST_TEST(text::is_utf8(good), good);
    }
    for (const char* bad :
         {"\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xe0\x80\x80", "\xe2\x82", "\xed\xa0\x80",
          "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a\xff"}) {
        BOOST_TEST(!text::is_utf8(bad), bad);
    }
    BOOST_TEST(text::first_character("\xe2\x82\xac!").code == 0x20acU);
    BOOST_TEST(text::first_character("\xe2\x82\xac!").bytes == 3U);
    BOOST_TEST(text::first_character("").bytes == 0U);
    BOOST_TEST(text::first_character("\xff").bytes == 0U);
}

BOOST_AUTO_TEST_CASE(visible_text_is_one_line_without_characters_that_nobody_sees) {
    const std::pair<std::string_view, const char*> pairs[] = {
        {"a b\\c", "a b\\c"},
        {"\xc3\xa9\xf0\x9f\x98\x80", "\xc3\xa9\xf0\x9f\x98\x80"},
        {"\n\r\t\x1b\x7f", "\\n\\r\\t\\x1b\\x7f"},
        {{"\0", 1}, "\\x00"},
        {"\xc2\x9b\xff", "\\xc2\\x9b\\xff"},
        {"\xe2\x80\xae\xe2\x80\x8b", "\\u202e\\u200b"},
        {"\xef\xb8\x8f\xe3\x85\xa4\xc2\xad", "\\ufe0f\\u3164\\u00ad"},
        {"\xf3\xa0\x81\x81", "\\U000e0041"},
    };
    for (const auto& [bytes, shown] : pairs) BOOST_TEST(text::visible(bytes) == shown);
    BOOST_TEST(text::visible("a\tb\\\n", "\t", "\\") == "a\tb\\\\\\n");
    for (std::uint32_t code = 0; code < 0x110000; ++code) {
        if (text::is_treacherous(code)) BOOST_TEST(text::is_invisible(code));
    }
    for (const char letter : {'a', ' ', '~'})
        BOOST_TEST(!text::is_invisible(static_cast<unsigned char>(letter)));
}

BOOST_AUTO_TEST_CASE(the_message_of_an_error_is_one_visible_line) {
    const Error error(ErrorCode::system, "get: key 'a\nb\x1b[2J\xe2\x80\xae\xff'; try another");
    BOOST_TEST(error.what() == "get: key 'a\\nb\\x1b[2J\\u202e\\xff'; try another");
}

BOOST_AUTO_TEST_CASE(base64_is_read_as_it_is_written_and_not_otherwise) {
    const std::pair<const char*, const char*> pairs[] = {
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}};
    for (const auto& [bytes, digits] : pairs) {
        BOOST_TEST(base64(bytes) == digits);
        BOOST_TEST(text::from_base64(digits).value() == bytes);
    }
    for (const char* bad :
         {"A", "AA", "AAA", "AB==", "AAB=", "A=AA", "====", "AA=A", "AA A", "AA-_", "Zg==Zg=="}) {
        BOOST_TEST(!text::from_base64(bad).has_value(), bad);
    }
}

BOOST_AUTO_TEST_CASE(json_escapes_what_a_reader_would_not_see) {
    BOOST_TEST(json("") == R"("")");
    BOOST_TEST(json("a\"\\/\b\f\n\r\t\x01\x7f") == R"("a\"\\/\b\f\n\r\t\u0001\u007f")");
    BOOST_TEST(json("\xc3\xa9\xe2\x80\xae\xf0\x9f\x98\x80") == "\"\xc3\xa9\\u202e\xf0\x9f\x98\x80\"");
    BOOST_TEST(json("\xf3\xa0\x80\x81") == R"("\udb40\udc01")");
}

BOOST_AUTO_TEST_CASE(seconds_are_written_without_needless_zeros) {
    BOOST_TEST(text::seconds(microseconds(0)) == "0");
    BOOST_TEST(text::seconds(microseconds(90'000'000)) == "90");
    BOOST_TEST(text::seconds(microseconds(500'000)) == "0.5");
    BOOST_TEST(text::seconds(microseconds(-1)) == "-0.000001");
    BOOST_TEST(text::seconds(microseconds(-12'340'000)) == "-12.34");
    BOOST_TEST(text::seconds(microseconds::min()) == "-9223372036854.775808");
}

BOOST_AUTO_TEST_CASE(seconds_are_read_to_the_microsecond) {
    BOOST_TEST(text::seconds_from("90").value().count() == 90'000'000);
    BOOST_TEST(text::seconds_from("0.000001").value().count() == 1);
    BOOST_TEST(text::seconds_from("0").value().count() == 0);
    BOOST_TEST(text::seconds_from("1.50").value().count() == 1'500'000);
    for (const char* bad : {"", ".", "1.", ".5", "-1", "+1", "1e3", "0.0000001", "1 ", " 1", "1.-5", "0x1",
                            "nan", "9223372036855", "99999999999999999999"}) {
        BOOST_TEST(!text::seconds_from(bad).has_value(), bad);
    }
}

BOOST_AUTO_TEST_CASE(sizes_have_units_of_1024_in_any_spelling) {
    for (const char* text :
         {"67108864", "67108864b", "67108864B", "67108864bytes", "65536K", "65536kb", "65536KiB", "64m",
          "64M", "64MB", "64mb", "64Mb", "64MiB", "64Mi", "0.0625G", "0.0625GB", "0.0625gib"})
        BOOST_TEST(text::size_from(text).value() == std::uint64_t{64} << 20, text);
    BOOST_TEST(text::size_from("1.5TB").value() == std::uint64_t{3} << 39);
    BOOST_TEST(text::size_from("0").value() == 0);
    BOOST_TEST(text::size_from("8388607T").value() == std::uint64_t{8388607} << 40);
    for (const char* bad : {"",         "M",
                            "MB",       "1X",
                            "1MM",      "1MBB",
                            "1m1",      "-1M",
                            "+1",       "nan",
                            "inf",      "1e6",
                            "1.2.3M",   ".",
                            " 1",       "1 ",
                            "64 MB",    "1ms",
                            "1min",     "0x10",
                            "8388608T", "99999999999999999999",
                            "1.5",      "1.5B",
                            "1ib"})
        BOOST_TEST(!text::size_from(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(times_have_units_in_any_spelling_and_a_capital_m_is_none) {
    for (const char* text :
         {"600", "600.0", "600s", "600S", "600sec", "600seconds", "10m", "10min", "10MIN", "10mins",
          "10minutes", "600000ms", "600000000us", "600000000\xc2\xb5s", "9m60s", "5m5m", "0.1h4m"})
        BOOST_TEST(text::time_from(text).value().count() == 600, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(text::time_from("1h30m").value().count() == 5400);
    BOOST_TEST(text::time_from("2days").value().count() == 172'800);
    BOOST_TEST(text::time_from("1w").value().count() == 604'800);
    BOOST_TEST(text::time_from("-1").value().count() == -1);
    BOOST_TEST(text::time_from("-1h").value().count() == -3600);
    BOOST_TEST(text::time_from("0").value().count() == 0);
    for (const char* bad : {"",     "-",     "m",      "M",    "10M",     "1h30M", "10mb",  "10MB", "64K",
                            "1h30", "30 ",   " 30",    "5 s",  "5x",      "--5",   "1h-5m", "nan",  "inf",
                            "-inf", "1e999", "1e308d", "soon", "forever", "10mo",  "1y"})
        BOOST_TEST(!text::time_from(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_seen_is_treacherous_and_its_neighbours_are_not) {
    const std::pair<std::uint32_t, std::uint32_t> ranges[] = {
        {0, 0x1f},        {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},    {0x200b, 0x200f},
        {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xe0000, 0xe007f}};
    for (const auto& [first, last] : ranges) {
        BOOST_TEST(text::is_treacherous(first), first);
        BOOST_TEST(text::is_treacherous(last), last);
        if (first != 0) BOOST_TEST(!text::is_treacherous(first - 1), first);
        BOOST_TEST(!text::is_treacherous(last + 1), last);
    }
}

BOOST_AUTO_TEST_CASE(a_codec_has_one_name) {
    for (const Codec codec :
         {Codec::bytes, Codec::text, Codec::int64, Codec::json, Codec::cereal, Codec::pickle}) {
        BOOST_TEST((codec_named(name_of(codec)) == codec));
    }
    BOOST_TEST(!codec_named("unknown").has_value());
    BOOST_TEST(!codec_named("").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
