// SPDX-License-Identifier: MIT
// A load with a pattern touches the keys that match, and no others.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

#include "tests/unit/store/snapshot/files.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

using Entries = std::map<std::string, std::string>;

Entries entries_of(const Cache& cache) {
    Entries entries;
    cache.visit([&](const EntryView& entry) {
        entries.emplace(entry.key, entry.value);
        return true;
    });
    return entries;
}

LoadOptions matching(const std::string& match, LoadMode mode = LoadMode::replace) {
    LoadOptions options;
    options.match = match;
    options.mode = mode;
    return options;
}

/// A snapshot of these entries.
std::string file_of(const SnapshotFolder& folder, const Entries& entries, SnapshotFormat format) {
    FrozenCache source(Kind::private_memory, options_of(16 * kMiB));
    for (const auto& [key, value] : entries) source->set(key, value);
    dump(*source, folder.file("f"), as(format));
    return folder.file("f");
}

const std::string kLarge(200'000, 'l');

}  // namespace

BOOST_AUTO_TEST_SUITE(snapshot_load_match)

BOOST_DATA_TEST_CASE(replaces_what_matches_and_nothing_else, data::make(kFormats) * data::make(kAllKinds),
                     format, kind) {
    const SnapshotFolder folder;
    const std::string file =
        file_of(folder, {{"user:1", "new"}, {"user:3", kLarge}, {"page:1", "new"}}, format);
    FrozenCache cache(kind, options_of(16 * kMiB));
    cache->set("user:1", "old");
    cache->set("user:2", kLarge);
    cache->set("user:4", "old", 1s);
    cache->set("page:1", "old", 5s);
    cache->set("page:2", kLarge);
    cache->set(std::string(40'000, 'u'), "old");
    cache.clock().advance(2'000'000);
    const LoadResult result = load(*cache, file, matching("u*"));
    BOOST_TEST(result.stored == 2U);
    BOOST_TEST(result.unmatched == 1U);
    BOOST_TEST((entries_of(*cache) ==
                Entries{{"user:1", "new"}, {"user:3", kLarge}, {"page:1", "old"}, {"page:2", kLarge}}));
    BOOST_TEST((cache->ttl("page:1") == 3s));
    BOOST_TEST(problems_of(*cache) == "");
    load(*cache, file, matching("page:[2-9]"));
    BOOST_TEST((entries_of(*cache) == Entries{{"user:1", "new"}, {"user:3", kLarge}, {"page:1", "old"}}));
    load(*cache, file, matching("page:*", LoadMode::merge));
    BOOST_TEST((cache->get("page:1") == "new"));
    load(*cache, file, matching("[!z]*"));
    BOOST_TEST((entries_of(*cache) == Entries{{"user:1", "new"}, {"user:3", kLarge}, {"page:1", "new"}}));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(a_rollback_brings_back_what_such_a_load_removed) {
    const SnapshotFolder folder;
    const std::string file = file_of(folder, {{"a:new", "1"}, {"a:both", "2"}}, SnapshotFormat::text);
    TestCache cache(Kind::shared, options_of(16 * kMiB));
    Entries before;
    for (int i = 0; i < 20'000; ++i)
        before.emplace((i % 2 == 0 ? "a:" : "b:") + std::to_string(i),
                       std::string(static_cast<std::size_t>(i % 50), 'x'));
    before.emplace("a:both", "old");
    before.emplace("a:large", kLarge);
    for (const auto& [key, value] : before) cache->set(key, value);
    cache->checkpoint("c");
    load(*cache, file, matching("a:*"));
    Entries after{{"a:new", "1"}, {"a:both", "2"}};
    for (const auto& [key, value] : before)
        if (key.starts_with("b:")) after.emplace(key, value);
    BOOST_TEST((entries_of(*cache) == after));
    BOOST_TEST(cache->stats().entries == after.size());
    cache->rollback("c");
    BOOST_TEST((entries_of(*cache) == before));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(a_load_that_ends_half_way_removes_nothing) {
    const SnapshotFolder folder;
    Entries fresh;
    for (int i = 0; i < 5000; ++i) fresh.emplace("a:" + std::to_string(i), "new");
    const std::string file = file_of(folder, fresh, SnapshotFormat::binary);
    TestCache cache(Kind::shared, options_of(16 * kMiB));
    const Entries before{{"a:1", "old"}, {"a:x", "old"}, {"b", "old"}};
    for (const auto& [key, value] : before) cache->set(key, value);
    LoadOptions options = matching("a:*");
    const std::uint64_t bytes = std::filesystem::file_size(file);
    options.progress = [&](std::uint64_t done, std::uint64_t) {
        if (done > bytes) throw std::runtime_error("enough");
    };
    BOOST_CHECK_THROW(load(*cache, file, options), std::runtime_error);
    BOOST_TEST((entries_of(*cache) == before));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_dump_of_some_keys_holds_these, data::make(kFormats), format) {
    FrozenCache cache(Kind::private_memory);
    const std::vector<std::string> keys{
        "a*", "ab", "a?", "a[b]", "[ab]", "\\*", "a\\", "]", "!", "-", std::string("\0*", 2), "\xff["};
    for (const std::string& key : keys) cache->set(key, "v");
    const SnapshotFolder folder;
    const auto dumped = [&](const std::vector<std::string>& any_of, const std::string& match = "*") {
        DumpOptions options = as(format);
        options.any_of = any_of;
        options.match = match;
        const std::uint64_t entries = dump(*cache, folder.file("f"), options);
        FrozenCache other(Kind::private_memory);
        load(*other, folder.file("f"));
        BOOST_TEST(other->stats().entries == entries);
        std::set<std::string> found;
        for (const auto& [key, value] : entries_of(*other)) found.insert(key);
        return found;
    };
    using Keys = std::set<std::string>;
    for (const std::string& key : keys) {
        BOOST_TEST((dumped({glob_of(key)}) == Keys{key}), key);
        for (const std::string& other : keys) BOOST_TEST(glob_matches(glob_of(key), other) == (key == other));
    }
    BOOST_TEST((dumped({}) == Keys(keys.begin(), keys.end())));
    BOOST_TEST((dumped({"a*"}) == Keys{"a*", "ab", "a?", "a[b]", "a\\"}));
    BOOST_TEST((dumped({"a?", "!", "none", "-"}) == Keys{"a*", "ab", "a?", "a\\", "!", "-"}));
    BOOST_TEST((dumped({"a*", "!"}, "?b*") == Keys{"ab"}));
    std::vector<std::string> many;
    for (int i = 0; i < 10'000; ++i) many.push_back("none" + std::to_string(i));
    BOOST_TEST(dumped(many).empty());
    many.push_back("ab");
    BOOST_TEST((dumped(many) == Keys{"ab"}));
}

BOOST_AUTO_TEST_SUITE_END()
