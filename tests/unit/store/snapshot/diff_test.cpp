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

BOOST_AUTO_TEST_CASE(long_values_of_one_length_are_whole_on_both_sides) {
    FrozenCache before(Kind::private_memory, options_of(16 * kMiB));
    FrozenCache after(Kind::private_memory, options_of(16 * kMiB));
    const std::string old_value = std::string(kMiB, 'v') + "1";
    const std::string new_value = std::string(kMiB, 'v') + "2";
    for (const char* const key : {"a", "b"}) {
        before->set(key, old_value);
        after->set(key, new_value);
    }
    const SnapshotFolder folder;
    dump(*before, folder.file("f"), as(SnapshotFormat::binary));
    int visits = 0;
    diff(SnapshotSource::file(folder.file("f")), *after, [&](const Difference& difference) {
        BOOST_TEST((difference.before->value == old_value));
        BOOST_TEST((difference.after->value == new_value));
        return ++visits < 10;
    });
    BOOST_TEST(visits == 2);
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

/// What a door stored, and what a fixture says.
struct Pair {
    std::string_view one;
    Codec one_codec;
    std::string_view two;
    Codec two_codec;
    bool mean_the_same;
};

constexpr Pair kPairs[] = {
    {R"({"name": "Ann", "id": 1})", Codec::text, R"({"id":1,"name":"Ann"})", Codec::json, true},
    {R"({"name":"Ann"})", Codec::bytes, R"({"name":"Ann"})", Codec::json, true},
    {"{\n}\n", Codec::json, "{}", Codec::json, true},
    {R"({"a":1})", Codec::json, R"({"a":2})", Codec::json, false},
    {R"({"a":1})", Codec::text, R"({"a": 1})", Codec::bytes, false},  // nobody says that they are JSON
    {"hello", Codec::text, "\"hello\"", Codec::json, false},
    {"{", Codec::json, "{", Codec::text, true},
    {"{", Codec::json, "{ ", Codec::text, false},
    {"7", Codec::text, "7", Codec::int64, true},
    {"7", Codec::bytes, "7", Codec::int64, true},
    {"007", Codec::bytes, "7", Codec::int64, true},
    {"-0", Codec::bytes, "0", Codec::int64, true},
    {"7", Codec::bytes, "8", Codec::int64, false},
    {"7 ", Codec::bytes, "7", Codec::int64, false},  // incr takes none of these
    {"7.0", Codec::text, "7", Codec::int64, false},
    {"+7", Codec::text, "7", Codec::int64, false},
    {"", Codec::text, "0", Codec::int64, false},
    {"9223372036854775808", Codec::text, "9223372036854775807", Codec::int64, false},
    {"many", Codec::int64, "few", Codec::int64, false},
    {"7", Codec::int64, "7.0", Codec::json, true},
    {"9007199254740993", Codec::int64, "9007199254740992", Codec::json, false},
    {"1", Codec::pickle, "1", Codec::text, false},
    {"1", Codec::cereal, "1", Codec::json, false},
    {"1.0", Codec::cereal, "1", Codec::cereal, false},
    {"1", Codec::cereal, "1", Codec::cereal, true},
};

BOOST_AUTO_TEST_CASE(values_that_mean_the_same_are_equal_unless_exact_ones_are_asked_for) {
    CompareOptions exact;
    exact.value = CompareValue::exact;
    for (const Pair& pair : kPairs) {
        FrozenCache one(Kind::private_memory);
        FrozenCache two(Kind::private_memory);
        one->set("k", pair.one, {}, pair.one_codec);
        two->set("k", pair.two, {}, pair.two_codec);
        const auto shown = std::string(pair.one) + " " + std::string(name_of(pair.one_codec)) + ", " +
                           std::string(pair.two) + " " + std::string(name_of(pair.two_codec));
        BOOST_TEST(diff_of(*one, *two) == (pair.mean_the_same ? "" : "~k"), shown);
        BOOST_TEST(diff_of(*two, *one) == (pair.mean_the_same ? "" : "~k"), shown);
        BOOST_TEST(diff_of(*one, *two, exact).empty() == (digest(*one) == digest(*two)), shown);
        for (const SnapshotFormat format : kFormats) {
            const SnapshotFolder folder;
            dump(*two, folder.file("f"), as(format));
            const SnapshotSource file = SnapshotSource::file(folder.file("f"));
            BOOST_TEST(diff_of(*one, file) == (pair.mean_the_same ? "" : "~k"), shown);
            BOOST_TEST(diff_of(file, *two, exact) == "", shown);
        }
        two->touch("k", 5s);
        BOOST_TEST(diff_of(*one, *two) == "~k", shown);
    }
}

BOOST_AUTO_TEST_CASE(long_json_is_compared_by_its_meaning_too) {
    FrozenCache one(Kind::private_memory, options_of(16 * kMiB));
    FrozenCache two(Kind::private_memory, options_of(16 * kMiB));
    std::string text = "[";
    for (int i = 0; i < 200'000; ++i) text += std::to_string(i) + ",";
    text.back() = ']';
    one->set("same", text, {}, Codec::json);
    two->set("same", text + "\n");
    one->set("changed", text, {}, Codec::json);
    text[1] = '1';
    two->set("changed", text + "\n");
    BOOST_TEST(diff_of(*one, *two) == "~changed");
}

BOOST_AUTO_TEST_SUITE_END()
