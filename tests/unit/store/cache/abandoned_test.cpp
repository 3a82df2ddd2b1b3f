// SPDX-License-Identifier: MIT
// What owners leave that are killed, and what others do about it.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "dummycache/fork.hpp"
#include "dummycache/owned_name.hpp"
#include "support/child.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

/// The name of a checkpoint that a process owned which has ended.
std::string left_checkpoint(const std::string& cache) {
    Child owner([&] {
        Cache own = Cache::attach(cache);
        OwnedName name("exec");
        name.own(own);
        own.checkpoint(name.text());
        own.set("key", "of the dead");
    });
    BOOST_TEST(owner.wait() == 0);
    return Cache::attach(cache).checkpoints().back().name;
}

bool mentions(const std::vector<std::string>& lines, const std::string& what) {
    return std::ranges::any_of(lines,
                               [&](const std::string& line) { return line.find(what) != std::string::npos; });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_abandoned)

BOOST_DATA_TEST_CASE(the_cache_goes_back_to_what_a_dead_owner_left, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    Cache cache = Cache::open(name.text(), options_of(4 * kMiB));
    cache.set("key", "old");
    const std::string left = left_checkpoint(name.text());
    BOOST_TEST((cache.checkpoints().back().abandoned));
    BOOST_TEST((cache.diagnose().abandoned_checkpoints == std::vector{left}));
    BOOST_TEST(!cache.diagnose().sound());
    BOOST_TEST(*cache.get("key") == "of the dead");
    const auto done = clear_abandoned(cache);
    BOOST_TEST(done.size() == 1U);
    BOOST_TEST(mentions(done, "back to the checkpoint '" + left + "'"));
    BOOST_TEST(*cache.get("key") == "old");
    BOOST_TEST(cache.checkpoints().empty());
    BOOST_TEST(cache.diagnose().sound());
    BOOST_TEST(clear_abandoned(cache).empty());
    BOOST_TEST(cache.check().empty());
}

BOOST_AUTO_TEST_CASE(all_of_several_dead_owners_go_and_the_oldest_decides) {
    const TestName name(Kind::shared);
    Cache cache = Cache::open(name.text(), options_of(4 * kMiB));
    cache.set("key", "old");
    for (int i = 0; i < 3; ++i) left_checkpoint(name.text());
    BOOST_TEST(cache.repair().size() >= 3U);
    BOOST_TEST(*cache.get("key") == "old");
    BOOST_TEST(cache.checkpoints().empty());
}

BOOST_AUTO_TEST_CASE(a_newer_checkpoint_of_somebody_else_stays) {
    const TestName name(Kind::shared);
    Cache cache = Cache::open(name.text(), options_of(4 * kMiB));
    left_checkpoint(name.text());
    cache.checkpoint("mine");
    BOOST_TEST(mentions(clear_abandoned(cache), "released the checkpoint"));
    BOOST_TEST(*cache.get("key") == "of the dead");
    BOOST_TEST(cache.checkpoints().size() == 1U);
    cache.set("key", "new");
    cache.rollback("mine");
    BOOST_TEST(*cache.get("key") == "of the dead");
}

BOOST_AUTO_TEST_CASE(nothing_is_undone_under_another_living_owner) {
    const TestName name(Kind::shared);
    Cache cache = Cache::open(name.text(), options_of(4 * kMiB));
    OwnedName mine("exec");
    mine.own(cache);
    cache.checkpoint(mine.text());
    left_checkpoint(name.text());
    BOOST_TEST(mentions(clear_abandoned(cache), "released the checkpoint"));
    BOOST_TEST(*cache.get("key") == "of the dead");
    BOOST_TEST(cache.checkpoints().size() == 1U);
    BOOST_TEST(!cache.checkpoints().front().abandoned);
}

BOOST_AUTO_TEST_CASE(nothing_is_undone_while_another_process_is_attached) {
    const TestName name(Kind::shared);
    Cache cache = Cache::open(name.text(), options_of(4 * kMiB));
    left_checkpoint(name.text());
    const Pipe to_parent;
    Child other([&] {
        const Cache own = Cache::attach(name.text());
        to_parent.write('x');
        ::pause();
    });
    BOOST_TEST(to_parent.read<char>() == 'x');
    BOOST_TEST(mentions(clear_abandoned(cache), "others use the cache"));
    BOOST_TEST(*cache.get("key") == "of the dead");
    BOOST_TEST(cache.checkpoints().empty());
    other.kill();
}

BOOST_AUTO_TEST_CASE(a_lost_checkpoint_is_released) {
    const TestName name(Kind::shared);
    Cache cache = Cache::open(name.text(), options_of(kMiB));
    const std::string large(20'000, 'x');
    for (int i = 0; i < 100; ++i) cache.set("old" + std::to_string(i), large);
    left_checkpoint(name.text());
    for (int i = 0; i < 1000 && !cache.checkpoints().back().lost; ++i)
        cache.set("new" + std::to_string(i), large);
    BOOST_REQUIRE(cache.checkpoints().back().lost);
    BOOST_TEST(mentions(clear_abandoned(cache), "it was lost"));
    BOOST_TEST(cache.checkpoints().empty());
}

BOOST_AUTO_TEST_CASE(a_fork_holds_no_checkpoint_that_a_process_owns) {
    const TestName name(Kind::shared);
    const TestName other(Kind::shared);
    Cache cache = Cache::open(name.text(), options_of(4 * kMiB));
    cache.set("key", "oldest");
    cache.checkpoint("mine");
    OwnedName owned("exec");
    owned.own(cache);
    cache.checkpoint(owned.text());
    cache.set("key", "new");
    Cache copy = fork_cache(cache, other.text()).value();
    BOOST_TEST(copy.checkpoints().size() == 1U);
    BOOST_TEST(copy.checkpoints().front().name == "mine");
    BOOST_TEST(clear_abandoned(copy).empty());
    copy.set("key", "newer");
    BOOST_TEST(copy.check().empty());
    copy.rollback("mine");
    BOOST_TEST(*copy.get("key") == "oldest");
    copy.release("mine");
    BOOST_TEST(copy.check().empty());
    cache.rollback(owned.text());
    BOOST_TEST(*cache.get("key") == "oldest");
}

BOOST_DATA_TEST_CASE(forks_of_dead_owners_are_removed_and_others_stay, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    Cache cache = Cache::open(name.text(), options_of(kMiB));
    cache.set("key", "value");
    OwnedName living("exec");
    const std::string of_living = name.text() + "." + living.text();
    BOOST_TEST(living.fork(cache, of_living).has_value());
    Child owner([&] {
        OwnedName dead("exec");
        require(dead.fork(cache, name.text() + "." + dead.text()).has_value(), "no fork");
    });
    BOOST_TEST(owner.wait() == 0);
    const auto done = clear_abandoned(cache);
    BOOST_TEST(done.size() == 1U);
    BOOST_TEST(mentions(done, "removed the cache"));
    BOOST_TEST(*Cache::attach(of_living).get("key") == "value");
    BOOST_TEST(Cache::remove(of_living));
}

BOOST_AUTO_TEST_CASE(only_exec_and_bench_have_owned_names) {
    BOOST_TEST(OwnedName("bench").text().starts_with("bench-"));
    BOOST_CHECK_THROW(OwnedName("build"), Error);
    BOOST_CHECK_THROW(OwnedName(""), Error);
}

BOOST_AUTO_TEST_SUITE_END()
