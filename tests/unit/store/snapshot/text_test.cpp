// SPDX-License-Identifier: MIT
// A text snapshot is written in one way only, and says where it is wrong.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <sstream>

#include "tests/unit/store/snapshot/files.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

namespace {

std::string text_of(const Cache& cache) {
    std::ostringstream stream;
    dump(cache, stream);
    return stream.str();
}

/// What a load of this text says about it.
std::string verdict_on(const std::string& text) {
    FrozenCache cache(Kind::private_memory);
    cache->set("old", "stays");
    std::istringstream stream(text);
    const std::string failure = failure_of([&] { load(*cache, stream, {}, "f"); });
    if (!failure.empty()) BOOST_TEST((cache->get("old") == "stays"));
    return failure.substr(failure.empty() ? 0 : failure.find(' ') + 1);
}

void check_refused(const std::string& line, const std::string& place, const std::string& why) {
    const std::string said = verdict_on("{\"dummycache\":1}\n" + line + "\n");
    BOOST_TEST_CONTEXT(line.substr(0, 100) << " -> " << said) {
        BOOST_TEST(said.starts_with("f:2:" + place + ": "));
        BOOST_TEST((said.find(why) != std::string::npos));
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_text)

BOOST_AUTO_TEST_CASE(is_canonical) {
    FrozenCache cache(Kind::private_memory);
    cache->set("greeting", "hello", 90s);
    cache->set("blob", std::string("\x00\xff", 2), 500ms, Codec::pickle);
    cache->set("hits", "41", 12'500'001us, Codec::int64);
    cache->set("not a number", "041", {}, Codec::int64);
    cache->set("user:1", R"({"name": "Ann","n":1e2})", {}, Codec::json);
    cache->set("user:2", "{\n}", {}, Codec::json);
    cache->set("user:3", "{", {}, Codec::json);
    cache->set("text", "\"\\/\b\f\n\r\t\x01\x7f\xc2\x85\xe2\x80\xae\xe2\x82\xac\xf3\xa0\x80\x81", {},
               Codec::text);
    cache->set(std::string("\xff", 1), "");
    BOOST_TEST(text_of(*cache) == R"({"dummycache":1}
{"key":"blob","base64":"AP8=","codec":"pickle","ttl":0.5}
{"key":"greeting","value":"hello","ttl":90}
{"key":"hits","value":41,"ttl":12.500001}
{"key":"not a number","value":"041","codec":"int64"}
{"key":"text","value":"\"\\/\b\f\n\r\t\u0001\u007f\u0085\u202e)"
                                  "\xe2\x82\xac"
                                  R"(\udb40\udc01","codec":"text"}
{"key":"user:1","json":{"name": "Ann","n":1e2}}
{"key":"user:2","value":"{\n}","codec":"json"}
{"key":"user:3","value":"{","codec":"json"}
{"key_base64":"/w==","value":""}
)");
}

BOOST_AUTO_TEST_CASE(a_person_may_write_it_by_hand) {
    FrozenCache cache(Kind::private_memory);
    std::istringstream stream(
        "\r\n  { \"ttl\" : 1.50 , \"value\" : \"\\u0041\\ud83d\\ude00\" , \"key\" : \"z\" }\r\n\n"
        "\t{\"key\":\"a\",\"json\": [1, 2] }\n"
        "{\"key_base64\":\"YmI=\",\"value\":-7,\"codec\":\"text\"}");
    BOOST_TEST(load(*cache, stream).stored == 3U);
    BOOST_TEST(text_of(*cache) ==
               "{\"dummycache\":1}\n{\"key\":\"a\",\"json\":[1, 2]}\n"
               "{\"key\":\"bb\",\"value\":\"-7\",\"codec\":\"text\"}\n"
               "{\"key\":\"z\",\"value\":\"A\xf0\x9f\x98\x80\",\"ttl\":1.5}\n");
}

BOOST_AUTO_TEST_CASE(a_wrong_line_is_told_with_its_place) {
    check_refused(R"({"key":"k","value":"v"} x)", "25", "behind the object");
    check_refused(R"(["key"])", "1", "a line is an object");
    check_refused(R"("key")", "6", "a line is an object");
    check_refused(R"({"key":"k","value":"v","vlaue":1})", "24", "unknown field 'vlaue'");
    check_refused(R"({"key":"k","value":"v","\u001b[2J\n":1})", "24", R"(unknown field '\u001b[2J\n')");
    check_refused("{\"" + std::string(39, 'x') + "\xc3\xbc" + std::string(1000, 'x') + "\":1}", "2",
                  "unknown field '" + std::string(39, 'x') + "'...");
    check_refused(R"({"key":"k","key":"l","value":"v"})", "12", "comes twice");
    check_refused(R"({"key":"k","value":"v","a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,)", "24",
                  "unknown field 'a'");
    check_refused(R"({"key":"k","value":"v","value":1})", "24", "comes twice");
    check_refused(R"({"key":"k"})", "1", "a value is missing");
    check_refused(R"({"value":"v"})", "1", "'key' is missing");
    check_refused(R"({"key":"k","value":"v","base64":"AA=="})", "1", "more than one value");
    check_refused(R"({"key":"k","key_base64":"aw==","value":"v"})", "25", "two keys");
    check_refused(R"({"key":"","value":"v"})", "8", "not between 1 and 65535");
    check_refused("{\"key\":\"" + std::string(65'536, 'k') + "\",\"value\":\"v\"}", "8",
                  "not between 1 and 65535");
    check_refused(R"({"key":7,"value":"v"})", "8", "wrong kind");
    check_refused(R"({"key":"k","value":null})", "20", "wrong kind");
    check_refused(R"({"key":"k","value":{"a":1}})", "20", "wrong kind");
    check_refused(R"({"key":"k","value":1.5})", "20", "plain digits");
    check_refused(R"({"key":"k","value":9223372036854775808})", "20", "plain digits");
    check_refused(R"({"key":"k","value":-0})", "20", "plain digits");
    check_refused(R"({"key":"k","base64":"AA"})", "21", "no base64");
    check_refused(R"({"key":"k","base64":"AB=="})", "21", "no base64");
    check_refused(R"({"key":"k","base64":"A=AA"})", "21", "no base64");
    check_refused(R"({"key_base64":"!","value":"v"})", "15", "no base64");
    check_refused(R"({"key":"k","value":"v","codec":"jason"})", "32", "unknown codec");
    for (const char* ttl :
         {"0", "-1", "-0.5", "0.0000001", "1e3", "63244800001", "99999999999999999999", "0.0"})
        check_refused(std::string(R"({"key":"k","value":"v","ttl":)") + ttl + "}", "30", "a ttl is");
    check_refused(R"({"key":"k","value":"v","ttl":"90"})", "30", "wrong kind");
    check_refused("{\"key\":\"gr\xc3\xbc\xc3\x9f\",\"value\":\"\xff\"}", "24", "not UTF-8");
    check_refused("{\"key\":\"k\",\"value\":\"\xc0\x80\"}", "21", "not UTF-8");
    check_refused("{\"key\":\"k\",\"value\":\"\xed\xa0\x80\"}", "21", "not UTF-8");
    check_refused(R"({"key":"k","value":"\ud800"})", "21", "surrogates");
    check_refused(R"({"key":"k","value":"a\ud7ff\udc00"})", "20", "surrogates");
    check_refused(R"({"key":"\udfff","value":"v"})", "8", "surrogates");
    check_refused(R"({"key":"k","value":"v","\uDC00":1})", "24", "surrogates");
    check_refused(R"({"key":"k","value":"\x"})", "21", "escape");
    check_refused("{\"key\":\"k\",\"value\":\"v", "22", "closing quote");
    check_refused("{\"key\":\"k\",\"value\":\"a\tb\"}", "22", "control character");
    check_refused(R"({"key":"k","value":"v")", "23", "comma or }");
    check_refused(R"({'key':'k'})", "2", "name is missing");
    check_refused(R"({"key":"k","value":"v",})", "24", "name is missing");
    check_refused("{\"key\":\"k\",\"value\":\"v\"}" + std::string(1, '\0') + "x", "24", "zero byte");
    check_refused(R"({"key":"k","json":)" + std::string(300, '[') + std::string(300, ']') + "}", "274",
                  "deep");
    check_refused(R"({"key":"k","json":)" + std::string(1'000'000, '[') + "}", "274", "deep");
    check_refused(R"({"dummycache":1})", "15", "first line, or twice");
}

BOOST_AUTO_TEST_CASE(wrong_files_are_refused) {
    BOOST_TEST(verdict_on("").starts_with("f:1:1: there is nothing"));
    BOOST_TEST(verdict_on(" \n\n").starts_with("f:1:1: there is nothing"));
    BOOST_TEST(verdict_on("\xef\xbb\xbf{\"dummycache\":1}\n").starts_with("f:1:1: a byte order mark"));
    BOOST_TEST((verdict_on("{\"dummycache\":2}\n").find("later dummycache") != std::string::npos));
    BOOST_TEST(verdict_on("{\"dummycache\":1,\"key\":\"k\",\"value\":\"v\"}\n").starts_with("f:1:"));
    BOOST_TEST(verdict_on("\x89PNG\r\n\x1a\n").starts_with("f: byte 0: "));
    BOOST_TEST(
        verdict_on("{\"key\":\"k\",\"value\":1}\n{\"key\":\"k\",\"value\":1}\n").starts_with("f:2:1: "));
    BOOST_TEST(
        verdict_on(
            "{\"key\":\"k\",\"value\":1}\n{\"key\":\"a\",\"value\":1}\n\n{\"key\":\"k\",\"value\":1}\n") ==
        "f:4:1: the key of line 1 comes again");
}

BOOST_AUTO_TEST_CASE(json_stays_as_it_is_to_the_byte) {
    FrozenCache cache(Kind::private_memory);
    const char* const values[] = {"{}",
                                  "[ ]",
                                  "\"s\"",
                                  "1",
                                  "-0.0e+10",
                                  "true",
                                  "null",
                                  "{\"a\" :1 , \"a\":2}",
                                  "\"\\u00e9\"",
                                  "[[[]]]",
                                  " 1",
                                  "1 ",
                                  "[1,]",
                                  "1 2",
                                  "",
                                  "\"\x7f\"",
                                  "1e999",
                                  "\"\xe2\x80\xae\"",
                                  "[\"\t\"]",
                                  "nul",
                                  "{\"a\":[{\"b\":[]}]}"};
    int number = 0;
    for (const char* value : values) cache->set("k" + std::to_string(number++), value, {}, Codec::json);
    const std::string deep = std::string(255, '[') + std::string(255, ']');
    cache->set("deep", deep, {}, Codec::json);
    cache->set("deeper", "[" + deep + "]", {}, Codec::json);
    std::istringstream stream(text_of(*cache));
    FrozenCache other(Kind::private_memory);
    load(*other, stream);
    BOOST_TEST(exact_digest(*other) == exact_digest(*cache));
}

BOOST_AUTO_TEST_SUITE_END()
