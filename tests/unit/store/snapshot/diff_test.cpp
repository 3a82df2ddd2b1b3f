// SPDX-License-Identifier: MIT
// Two states are compared key by key, wherever they lie.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/unit/store/snapshot/files.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

/// "+key -key ~key": new, gone, changed.
std::string diff_of(const SnapshotSource& before, const SnapshotSource& after,
                    const CompareOptions& options = {}) {
    std::string said;
    diff(
        before, after,
        [&](const Difference& difference) {
            said += said.empty() ? "" : " ";
            said += !difference.before ? '+' : !difference.after ? '-' : '~';
            said += difference.key;
            return true;
        },
        options);
    return said;
}

CompareOptions with(CompareTtl ttl, std::chrono::microseconds slack = 0us) {
    CompareOptions options;
    options.ttl = ttl;
    options.slack = slack;
    return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_diff)

BOOST_DATA_TEST_CASE(says_what_is_new_gone_and_changed, data::make(kFormats) * data::make(kFormats), one,
                     two) {
    FrozenCache before(Kind::private_memory);
    FrozenCache after(Kind::private_memory);
    for (const char* key : {"a", "codec", "gone", "same", "value"}) before->set(key, "old");
    for (const char* key : {"a", "codec", "new", "same", "value"}) after->set(key, "old");
    after->set("value", "new");
    after->set("codec", "old", {}, Codec::pickle);
    after->set("same", "old", {}, Codec::text);
    after->set("a", "old", 5s);
    const SnapshotFolder folder;
    dump(*before, folder.file("before"), as(one));
    dump(*after, folder.file("after"), as(two));
    const SnapshotSource sides[2][2] = {{*before, SnapshotSource::file(folder.file("before"))},
                                        {*after, SnapshotSource::file(folder.file("after"))}};
    for (const SnapshotSource& left : sides[0]) {
        for (const SnapshotSource& right : sides[1]) {
            BOOST_TEST(diff_of(left, right) == "~a ~codec -gone +new ~value");
            BOOST_TEST(diff_of(right, left) == "~a ~codec +gone -new ~value");
            BOOST_TEST(diff_of(left, right, with(CompareTtl::ignore)) == "~codec -gone +new ~value");
            BOOST_TEST(diff_of(left, left) == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(remaining_times_count_exactly_only_where_time_stands_still) {
    FrozenCache before(Kind::private_memory);
    FrozenCache after(Kind::private_memory);
    before->set("key", "v", 100s);
    after->set("key", "v", 90s);
    BOOST_TEST(diff_of(*before, *after) == "~key");
    BOOST_TEST(diff_of(*before, *after, with(CompareTtl::exact, 10s)) == "");
    BOOST_TEST(diff_of(*before, *after, with(CompareTtl::exact, 9'999'999us)) == "~key");
    after.clock().resume();
    BOOST_TEST(diff_of(*before, *after) == "");
    BOOST_TEST(diff_of(*before, *after, with(CompareTtl::exact, 1s)) == "~key");
    after->persist("key");
    BOOST_TEST(diff_of(*before, *after) == "~key");
}

BOOST_AUTO_TEST_CASE(gives_both_sides_of_long_values_too) {
    FrozenCache before(Kind::private_memory, options_of(16 * kMiB));
    FrozenCache after(Kind::private_memory, options_of(16 * kMiB));
    std::string value(kMiB, 'v');
    before->set("same", value);
    after->set("same", value);
    before->set("changed", value, 5s);
    value.back() = 'w';
    after->set("changed", value, {}, Codec::text);
    const SnapshotFolder folder;
    dump(*before, folder.file("f"), as(SnapshotFormat::binary));
    int visits = 0;
    diff(SnapshotSource::file(folder.file("f")), *after, [&](const Difference& difference) {
        ++visits;
        BOOST_TEST(difference.key == "changed");
        BOOST_TEST(difference.before->value.back() == 'v');
        BOOST_TEST((difference.after->value == value));
        BOOST_TEST((difference.before->ttl == 5s));
        BOOST_TEST((difference.after->ttl == kForever));
        BOOST_TEST((difference.after->codec == Codec::text));
        return true;
    });
    BOOST_TEST(visits == 1);
}

BOOST_AUTO_TEST_CASE(a_text_in_any_order_is_compared_in_order) {
    const SnapshotFolder folder;
    const std::string file = folder.write("f",
                                          "{\"key\":\"c\",\"value\":\"3\"}\n{\"key\":\"a\",\"value\":\"1\"}"
                                          "\n\n{\"key\":\"b\",\"value\":\"2\"}");
    FrozenCache cache(Kind::private_memory);
    cache->set("a", "1");
    cache->set("b", "x");
    cache->set("d", "4");
    BOOST_TEST(diff_of(SnapshotSource::file(file), *cache) == "~b -c +d");
    BOOST_TEST(diff_of(*cache, SnapshotSource::file(file)) == "~b +c -d");
    const std::string twice = folder.write(
        "g", "{\"key\":\"b\",\"value\":1}\n{\"key\":\"a\",\"value\":1}\n{\"key\":\"b\",\"value\":1}\n");
    BOOST_TEST(is_bad_snapshot(failure_of([&] { diff_of(SnapshotSource::file(twice), *cache); })));
    BOOST_TEST(is_bad_snapshot(failure_of([&] { static_cast<void>(digest(SnapshotSource::file(twice))); })));
}

BOOST_AUTO_TEST_CASE(stops_when_it_is_told_to_and_looks_at_chosen_keys_only) {
    FrozenCache before(Kind::private_memory);
    FrozenCache after(Kind::private_memory);
    for (const char* key : {"a1", "a2", "b1"}) after->set(key, "");
    int visits = 0;
    diff(*before, *after, [&](const Difference&) { return ++visits < 2; });
    BOOST_TEST(visits == 2);
    CompareOptions chosen;
    chosen.match = "?1";
    BOOST_TEST(diff_of(*before, *after, chosen) == "+a1 +b1");
}

BOOST_AUTO_TEST_CASE(a_digest_tells_states_apart) {
    FrozenCache cache(Kind::private_memory);
    std::vector<std::string> digests{digest(*cache)};
    const auto note = [&] { digests.push_back(digest(*cache)); };
    cache->set("a", "1");
    note();
    cache->set("b", "1");
    note();
    cache->set("b", "2");
    note();
    cache->set("b", "2", {}, Codec::pickle);
    note();
    cache->touch("b", 5s);
    note();
    std::sort(digests.begin(), digests.end());
    BOOST_TEST((std::unique(digests.begin(), digests.end()) == digests.end()));
    const std::string now = digest(*cache);
    const std::string exact = exact_digest(*cache);
    cache.clock().advance(1);
    BOOST_TEST(digest(*cache) == now);
    BOOST_TEST(exact_digest(*cache) != exact);
}

BOOST_AUTO_TEST_SUITE_END()
