// SPDX-License-Identifier: MIT
// Snapshots meet checkpoints and deadlines.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/unit/store/snapshot/files.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(snapshot_crossed)

BOOST_DATA_TEST_CASE(a_checkpoint_still_has_what_has_expired_since, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    cache->set("short", "1", 10s);
    cache->set("long", "2", 2h);
    cache->set("for ever", "3");
    const std::string before = exact_digest(*cache);
    cache->checkpoint("c");
    cache.clock().advance(3'600'000'000);
    BOOST_TEST(summarize(*cache).entries == 2U);
    const SnapshotSource checkpoint(*cache, "c");
    BOOST_TEST(summarize(checkpoint).entries == 3U);
    BOOST_TEST(summarize(checkpoint).with_deadline == 2U);
    BOOST_TEST(exact_digest(checkpoint) == before);
    const SnapshotFolder folder;
    DumpOptions options;
    options.checkpoint = "c";
    BOOST_TEST(dump(*cache, folder.file("c.jsonl"), options) == 3U);
    BOOST_TEST(exact_digest(SnapshotSource::file(folder.file("c.jsonl"))) == before);
    int differences = 0;
    CompareOptions exact;
    exact.ttl = CompareTtl::exact;
    diff(
        checkpoint, SnapshotSource::file(folder.file("c.jsonl")),
        [&](const Difference&) { return ++differences > 0; }, exact);
    BOOST_TEST(differences == 0);
}

BOOST_DATA_TEST_CASE(a_load_of_missing_keys_stores_over_one_that_has_expired,
                     data::make(kAllKinds) * data::make({5, 50'000}), kind, bytes) {
    const std::string value(static_cast<std::size_t>(bytes), 'n');
    const SnapshotFolder folder;
    TestCache source(Kind::private_memory);
    for (const char* const key : {"expired", "cleared", "present"}) source->set(key, value);
    dump(*source, folder.file("s.jsonl"));
    FrozenCache cache(kind);
    cache->set("cleared", "old");
    cache->clear();
    cache->set("expired", "old", 10s);
    cache->set("present", "old", 11s);
    cache.clock().advance(10'000'000);
    LoadOptions options;
    options.mode = LoadMode::only_missing;
    const LoadResult result = load(*cache, folder.file("s.jsonl"), options);
    BOOST_TEST((cache->get("expired") == value));
    BOOST_TEST((cache->get("cleared") == value));
    BOOST_TEST((cache->get("present") == "old"));
    BOOST_TEST(result.stored == 2U);
    BOOST_TEST(result.present == 1U);
    BOOST_TEST(cache->stats().entries == 3U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_SUITE_END()
