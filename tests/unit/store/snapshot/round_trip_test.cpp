// SPDX-License-Identifier: MIT
// What is dumped is what is loaded, whatever it is; and the same state is the same bytes.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "tests/unit/store/snapshot/files.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(snapshot_round_trip)

BOOST_DATA_TEST_CASE(everything_comes_back, data::make(kAllKinds) * data::make(kFormats), kind, format) {
    FrozenCache cache(kind, options_of(16 * kMiB));
    set_all_sorts(*cache);
    const SnapshotFolder folder;
    const std::uint64_t entries = dump(*cache, folder.file("a"), as(format));
    BOOST_TEST(entries == cache->stats().entries);
    BOOST_TEST(folder.files() == 1U);

    FrozenCache other(kind, options_of(16 * kMiB));
    other->set("old", "is replaced");
    const LoadResult result = load(*other, folder.file("a"));
    BOOST_TEST(result.stored == entries);
    BOOST_TEST(exact_digest(*other) == exact_digest(*cache));
    BOOST_TEST(exact_digest(SnapshotSource::file(folder.file("a"))) == exact_digest(*cache));
    BOOST_TEST(digest(*other) != exact_digest(*cache));
    BOOST_TEST(!other->contains("old"));
    BOOST_TEST(problems_of(*other) == "");
    CompareOptions exact;
    exact.ttl = CompareTtl::exact;
    diff(
        *cache, *other,
        [](const Difference& difference) {
            BOOST_ERROR("another value under " << difference.key);
            return true;
        },
        exact);
    dump(*other, folder.file("b"), as(format));
    BOOST_TEST((folder.read("a") == folder.read("b")));
}

BOOST_DATA_TEST_CASE(through_streams_too, data::make(kFormats), format) {
    FrozenCache cache(Kind::private_memory, options_of(16 * kMiB));
    set_all_sorts(*cache);
    std::stringstream stream;
    dump(*cache, stream, as(format));
    FrozenCache other(Kind::private_memory, options_of(16 * kMiB));
    load(*other, stream);
    BOOST_TEST(exact_digest(*other) == exact_digest(*cache));
}

BOOST_DATA_TEST_CASE(an_empty_cache_too, data::make(kFormats), format) {
    FrozenCache cache(Kind::private_memory);
    const SnapshotFolder folder;
    BOOST_TEST(dump(*cache, folder.file("a"), as(format)) == 0U);
    FrozenCache other(Kind::private_memory);
    other->set("old", "");
    BOOST_TEST(load(*other, folder.file("a")).stored == 0U);
    BOOST_TEST(other->stats().entries == 0U);
}

BOOST_DATA_TEST_CASE(in_the_order_of_the_keys_and_not_of_their_history, data::make(kFormats), format) {
    FrozenCache forward(Kind::private_memory, options_of(4 * kMiB));
    FrozenCache backward(Kind::private_memory, options_of(4 * kMiB));
    for (int i = 0; i < 3000; ++i) forward->set("key" + std::to_string(i), std::to_string(i));
    for (int i = 2999; i >= 0; --i) {
        backward->set("key" + std::to_string(i), "other");
        backward->set("key" + std::to_string(i), std::to_string(i));
        backward->set("gone", "");
    }
    backward->erase("gone");
    std::stringstream one;
    std::stringstream two;
    dump(*forward, one, as(format));
    dump(*backward, two, as(format));
    BOOST_TEST((one.str() == two.str()));
    BOOST_TEST(digest(*forward) == digest(*backward));
}

BOOST_AUTO_TEST_CASE(keys_are_sorted_byte_by_byte) {
    FrozenCache cache(Kind::private_memory, options_of(16 * kMiB));
    std::vector<std::string> keys;
    for (int i = 0; i < 300; ++i) {
        keys.push_back(std::string(static_cast<std::size_t>(i + 1), '\0'));
        keys.push_back("a" + std::string(static_cast<std::size_t>(i), '\0'));
        keys.push_back("the same beginning of all of these keys " + std::to_string(i));
        keys.push_back(std::string(1, static_cast<char>(i % 256)) + "first byte" + std::to_string(i));
        keys.push_back(std::string(30'000, 'x') + std::to_string(i % 7));
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    for (const std::string& key : keys) cache->set(key, "");
    std::size_t next = 0;
    const Cache empty = Cache::make_private();
    diff(empty, *cache, [&](const Difference& difference) {
        BOOST_REQUIRE(next < keys.size());
        BOOST_TEST((difference.key == keys[next]));
        ++next;
        return true;
    });
    BOOST_TEST(next == keys.size());
}

BOOST_DATA_TEST_CASE(a_glob_chooses_keys, data::make(kFormats), format) {
    FrozenCache cache(Kind::private_memory);
    for (const char* key : {"user:1", "user:2", "page:1"}) cache->set(key, key);
    const SnapshotFolder folder;
    DumpOptions options = as(format);
    options.match = "user:*";
    BOOST_TEST(dump(*cache, folder.file("users"), options) == 2U);
    dump(*cache, folder.file("all"), as(format));
    FrozenCache other(Kind::private_memory);
    LoadOptions chosen;
    chosen.match = "*:1";
    const LoadResult result = load(*other, folder.file("all"), chosen);
    BOOST_TEST(result.stored == 2U);
    BOOST_TEST(result.unmatched == 1U);
    BOOST_TEST(other->contains("page:1"));
    BOOST_TEST(!other->contains("user:2"));
}

BOOST_DATA_TEST_CASE(remaining_times_are_kept_dropped_or_scaled, data::make(kFormats), format) {
    using namespace std::chrono_literals;
    FrozenCache cache(Kind::private_memory);
    cache->set("short", "", 1us);
    cache->set("long", "", 100s);
    cache->set("ever", "");
    const SnapshotFolder folder;
    dump(*cache, folder.file("a"), as(format));
    FrozenCache other(Kind::private_memory);
    other.clock().advance(1'000'000'000);
    const auto ttls = [&](TtlRule rule) {
        LoadOptions options;
        options.ttl = rule;
        load(*other, folder.file("a"), options);
        return std::vector{other->ttl("short").value(), other->ttl("long").value(),
                           other->ttl("ever").value()};
    };
    BOOST_TEST((ttls(TtlRule::keep()) == std::vector<std::chrono::microseconds>{1us, 100s, kForever}));
    BOOST_TEST((ttls(TtlRule::drop()) == std::vector{kForever, kForever, kForever}));
    BOOST_TEST((ttls(TtlRule::scale(0.1)) == std::vector<std::chrono::microseconds>{1us, 10s, kForever}));
    BOOST_TEST((ttls(TtlRule::scale(1e30)) == std::vector{kForever, kForever, kForever}));
    for (const double factor : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()})
        BOOST_CHECK_THROW(static_cast<void>(TtlRule::scale(factor)), Error);
}

BOOST_DATA_TEST_CASE(a_clock_that_was_set_far_back_leaves_times_that_can_be_read, data::make(kFormats),
                     format) {
    FrozenCache cache(Kind::private_memory);
    cache.clock().set(std::uint64_t{2000} * 365 * 86'400 * 1'000'000);
    cache->set("key", "", std::chrono::hours(24 * 365 * 1000));
    cache.clock().set(1);
    std::stringstream stream;
    dump(*cache, stream, as(format));
    FrozenCache other(Kind::private_memory);
    BOOST_TEST(load(*other, stream).stored == 1U);
    BOOST_TEST(digest(*other) == digest(*cache));
}

BOOST_AUTO_TEST_SUITE_END()
