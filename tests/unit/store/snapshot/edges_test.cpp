// SPDX-License-Identifier: MIT
// Edges of snapshots: line ends, the first line, the order of odd keys, long keys, what is counted.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

#include "tests/unit/store/snapshot/files.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(snapshot_edges)

BOOST_DATA_TEST_CASE(the_size_of_a_state_is_that_of_keys_and_values, data::make(kFormats), format) {
    TestCache cache(Kind::private_memory);
    cache->set("abc", "12345");
    cache->set("d", "");
    cache->set(std::string(40'000, 'k'), std::string(100'000, 'v'));
    BOOST_TEST(summarize(*cache).bytes == 140'009U);
    const SnapshotFolder folder;
    dump(*cache, folder.file("f"), as(format));
    BOOST_TEST(summarize(SnapshotSource::file(folder.file("f"))).bytes == 140'009U);
}

BOOST_AUTO_TEST_CASE(lines_may_end_as_on_windows) {
    const SnapshotFolder folder;
    TestCache cache(Kind::private_memory);
    load(*cache, folder.write("f", "{\"dummycache\":1}\r\n{\"key\":\"a\",\"value\":\"b\"}\r\n\r\n"));
    BOOST_TEST((cache->get("a") == "b"));
    BOOST_TEST(cache->stats().entries == 1U);
}

BOOST_AUTO_TEST_CASE(the_format_is_said_in_the_first_line_or_not_at_all) {
    const SnapshotFolder folder;
    const auto failure = [&](const std::string& text) {
        const std::string path = folder.write("f", text);
        return failure_of([&] { static_cast<void>(summarize(SnapshotSource::file(path))); });
    };
    const std::string format = "{\"dummycache\":1}\n";
    const std::string entry = "{\"key\":\"a\",\"value\":\"b\"}\n";
    BOOST_TEST(failure(format + entry) == "");
    BOOST_TEST(failure(entry) == "");
    BOOST_TEST(is_bad_snapshot(failure(entry + format)));
    BOOST_TEST(is_bad_snapshot(failure(format + entry + format)));
    BOOST_TEST(is_bad_snapshot(failure(format + format + entry)));
}

// Sorting begins at the first byte in which the first keys that it meets differ. These three differ before it.
BOOST_AUTO_TEST_CASE(a_key_that_differs_before_all_others_is_in_its_place) {
    TestCache cache(Kind::private_memory, options_of(16 * kMiB));
    std::vector<std::string> wanted;
    for (int i = 0; i < 5000; ++i) wanted.push_back("a long common beginning " + std::to_string(i));
    for (const char* const odd : {"a", "a long b", "z"}) wanted.emplace_back(odd);
    for (const std::string& key : wanted) cache->set(key, "v");
    std::sort(wanted.begin(), wanted.end());
    std::ostringstream text;
    dump(*cache, text);
    std::istringstream lines(text.str());
    std::vector<std::string> found;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t begin = line.find("\"key\":\"");
        if (begin == std::string::npos) continue;
        found.push_back(line.substr(begin + 7, line.find('"', begin + 7) - begin - 7));
    }
    BOOST_TEST((found == wanted));
}

BOOST_DATA_TEST_CASE(a_value_behind_a_long_key_is_whole,
                     data::make(kFormats) * data::make({0, 5, 30'000, 400'000}), format, bytes) {
    const std::string key(40'000, 'k');
    const std::string value(static_cast<std::size_t>(bytes), 'v');
    TestCache from(Kind::private_memory);
    from->set(key, value);
    const SnapshotFolder folder;
    dump(*from, folder.file("f"), as(format));
    TestCache to(Kind::private_memory);
    load(*to, folder.file("f"));
    BOOST_TEST((to->get(key) == value));
}

BOOST_AUTO_TEST_SUITE_END()
