// SPDX-License-Identifier: MIT
// Snapshots of a handle that reopens: Options::when_removed.
#include <boost/test/unit_test.hpp>

#include <sstream>

#include "unit/store/api/reopening.hpp"
#include "unit/store/snapshot/files.hpp"

using namespace dummycache;
using namespace dummycache::test;

BOOST_AUTO_TEST_SUITE(snapshot_reopen)

BOOST_AUTO_TEST_CASE(dumps_and_comparisons_go_on_with_the_new_cache) {
    const TestName name(Kind::shared);
    Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    const auto removed = [&]() -> Cache& {
        cache.set("k", "1");
        BOOST_REQUIRE(Cache::remove(name.text()));
        return cache;
    };
    std::ostringstream text;
    BOOST_TEST(dump(removed(), text) == 0U);
    BOOST_TEST(summarize(removed()).entries == 0U);
    BOOST_TEST(digest(removed()) == digest(Cache::make_private(options_of(kMiB))));
    int differences = 0;
    diff(removed(), cache, [&](const Difference&) {
        ++differences;
        return true;
    });
    BOOST_TEST(differences == 0);
    BOOST_TEST(cache.reopened() == 4U);
}

BOOST_AUTO_TEST_CASE(a_load_into_a_cache_that_is_removed_meanwhile_begins_again_in_the_new_one) {
    constexpr int kEntries = 3000;
    std::stringstream text;
    {
        Cache full = Cache::make_private(options_of(2 * kMiB));
        for (int i = 0; i < kEntries; ++i) full.set("k" + std::to_string(i), "v");
        dump(full, text);
    }
    const TestName name(Kind::shared);
    Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    LoadOptions options;
    int calls = 0;
    options.progress = [&](std::uint64_t, std::uint64_t) {
        if (++calls == 1) Cache::remove(name.text());
    };
    BOOST_TEST(load(cache, text, options).stored == std::uint64_t{kEntries});
    BOOST_TEST(cache.reopened() == 1U);
    BOOST_TEST(Cache::attach(name.text()).stats().entries == std::uint64_t{kEntries});
}

BOOST_AUTO_TEST_SUITE_END()
