// SPDX-License-Identifier: MIT
// print_snapshot binary|text: made the snapshots in this folder. Run by hand, once for a format:
//
//   build/dev/tests/format/print_snapshot binary > tests/format/snapshot-1.dcs
//   build/dev/tests/format/print_snapshot text > tests/format/snapshot-1.jsonl
//
// A committed file is never made anew: every later version has to read it. A later format gets files of its own.
#include <iostream>
#include <string>
#include <string_view>

#include "dummycache/snapshot.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace std::chrono_literals;

namespace {

std::string digits(std::size_t bytes) {
    std::string text;
    for (int i = 0; text.size() < bytes; ++i) text += std::to_string(i) + ' ';
    text.resize(bytes);
    return text;
}

void set_every_codec(Cache& cache) {
    cache.set("bytes", std::string("\x00\xff\x80", 3));
    cache.set("bytes that are text", "hello");
    cache.set("text", "with \"quotes\", \\ and\nlines\t\x01\x7f", {}, Codec::text);
    cache.set("text for every eye",
              "Gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac \xf0\x9f\x98\x80 \xe2\x80\xae\xc2\xad", {}, Codec::text);
    cache.set("number", "-42", {}, Codec::int64);
    cache.set("least number", "-9223372036854775808", {}, Codec::int64);
    cache.set("odd number", "007", {}, Codec::int64);
    cache.set("json", R"({"a": [1, 2.50, null], "b":"x", "a":1e99})", {}, Codec::json);
    cache.set("json with a huge number", "1e999", {}, Codec::json);
    cache.set("json in lines", "{\n  \"a\": 1\n}", {}, Codec::json);
    cache.set("json that is broken", "{", {}, Codec::json);
    cache.set("json with a hidden mark", "\"\xe2\x80\xae\"", {}, Codec::json);
    cache.set("pickle", std::string("\x80\x04K*.\0", 6), {}, Codec::pickle);
    cache.set("pickle that is text", "I42\n.", {}, Codec::pickle);
    cache.set("cereal", std::string("\x01\xff\x00", 3), {}, Codec::cereal);
}

void set_every_time(Cache& cache) {
    cache.set("for a microsecond", "", 1us);
    cache.set("for half a second", "", 500ms);
    cache.set("for 12.345678 s", "", 12'345'678us, Codec::text);
    cache.set("for an hour", "1", 3600s, Codec::int64);
    cache.set("for a thousand years", "", std::chrono::hours(24 * 365 * 1000));
}

void set_every_size(Cache& cache) {
    cache.set("empty", "");
    cache.set(std::string("\0", 1), "a key of a zero byte");
    cache.set("\xff\xfe", "a key that is no text");
    cache.set("\xe2\x80\xae", "a key that turns the line round");
    cache.set(std::string(65'535, 'k'), "the longest key");
    cache.set("large", digits(40'000), {}, Codec::text);
    cache.set("long", digits(263'000), 5s);  // in blocks of its own, in the middle of the others
    for (std::size_t i = 0; i < 64; ++i) cache.set("of " + std::to_string(i) + " bytes", digits(i));
}

}  // namespace

int main(int count, char** arguments) {
    const std::string_view format = count == 2 ? arguments[1] : "";
    if (format != "binary" && format != "text") {
        std::cerr << "print_snapshot binary|text\n";
        return 2;
    }
    test::FrozenCache cache(Kind::private_memory);
    set_every_codec(*cache);
    set_every_time(*cache);
    set_every_size(*cache);
    DumpOptions options;
    options.format = format == "binary" ? SnapshotFormat::binary : SnapshotFormat::text;
    dump(*cache, std::cout, options);
    return std::cout.flush() ? 0 : 1;
}
