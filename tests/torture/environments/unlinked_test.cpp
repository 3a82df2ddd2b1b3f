// SPDX-License-Identifier: MIT
// Goal: who removes a cache under attached processes, by hand or properly, and makes it anew, never mixes
// the old one with the new one.
// Method: the object is unlinked, or the cache removed, and created again, while processes are attached,
// write, wait for a lock and fork.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "holder.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

void unlink_by_hand(OneShard& cache) { BOOST_REQUIRE(::unlink(cache->info().path.c_str()) == 0); }

/// A process that is attached, and writes when the object has lost its name.
Child attached_before(const OneShard& cache, const SharedArea<Steps>& steps) {
    return Child([&cache, &steps] {
        Cache own = cache.attach();
        steps->inside.reach();
        steps->go_on.wait();
        require(own.get("key") == "old" && own.set("of the child", "value"), "the old cache goes on");
        for (int i = 0; i < 100; ++i) own.set("child" + std::to_string(i), std::string(20'000, 'c'));
        require(problems_of(own).empty(), problems_of(own));
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(environments_unlinked)

BOOST_DATA_TEST_CASE(processes_attached_to_an_object_unlinked_by_hand_keep_the_old_cache,
                     data::make(kNamedKinds), kind) {
    OneShard cache(kind);
    const SharedArea<Steps> steps;
    Child child = attached_before(cache, steps);
    steps->inside.wait();
    unlink_by_hand(cache);
    BOOST_TEST(throws(ErrorCode::not_found, [&] { Cache::attach(cache.name()); }));
    Cache next = Cache::open(cache.name(), options_of(2 * kMiB));
    BOOST_TEST(!next.contains("key"));
    next.set("key", "of the new one");
    steps->go_on.reach();
    BOOST_TEST(child.wait() == 0);

    BOOST_TEST((cache->get("of the child") == "value"));
    BOOST_TEST((cache->get("key") == "old"));
    BOOST_TEST(cache->set("large", std::string(2 * kMiB, 'l')));  // it can still grow
    cache->clear();
    BOOST_TEST((next.get("key") == "of the new one"));
    BOOST_TEST(next.stats().entries == 1U);
    BOOST_TEST(problems_of(*cache) == "");
    BOOST_TEST(problems_of(next) == "");

    // Removing the new one is no business of the old one's.
    BOOST_TEST(Cache::remove(cache.name()));
    BOOST_TEST(throws(ErrorCode::removed, [&] { next.set("key", "gone"); }));
    BOOST_TEST(cache->set("key", "still there"));
}

BOOST_DATA_TEST_CASE(a_child_forked_after_the_object_was_unlinked_reads_the_old_cache_and_cannot_join_it,
                     data::make(kNamedKinds), kind) {
    OneShard cache(kind);
    unlink_by_hand(cache);
    Cache next = Cache::open(cache.name(), options_of(2 * kMiB));
    Child child([&] {
        require(cache->get("key") == "old", "a read");
        for (int i = 0; i < 3; ++i)
            require(throws(ErrorCode::removed, [&] { cache->set("key", "child"); }), "a process that joins");
        Cache opened = Cache::open(cache.name());
        require(opened.set("key", "child"), "the new cache");
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST((cache->get("key") == "old"));
    BOOST_TEST((next.get("key") == "child"));
    BOOST_TEST(cache->set("key", "goes on"));
}

BOOST_DATA_TEST_CASE(a_dead_holders_lock_is_taken_over_in_an_object_unlinked_by_hand, data::make(kNamedKinds),
                     kind) {
    OneShard cache(kind);
    const SharedArea<Steps> steps;
    Child holder([&] {
        Cache own = cache.attach();
        set_and_stand_inside(own, *steps);
    });
    steps->inside.wait();
    unlink_by_hand(cache);
    Cache next = Cache::open(cache.name(), options_of(2 * kMiB));
    BOOST_TEST(next.set("key", "of the new one"));
    BOOST_TEST(holder.kill() == -SIGKILL);
    BOOST_TEST(cache->set("key", "next"));
    BOOST_TEST(cache->stats().recoveries == 1U);
    BOOST_TEST(problems_of(*cache) == "");
    BOOST_TEST((next.get("key") == "of the new one"));
}

BOOST_DATA_TEST_CASE(a_cache_removed_under_a_holder_and_a_waiter_says_so, data::make(kNamedKinds), kind) {
    OneShard cache(kind);
    const SharedArea<Steps> steps;
    Child holder([&] {
        Cache own = cache.attach();
        const auto set = [&] { set_and_stand_inside(own, *steps); };
        require(throws(ErrorCode::removed, set), "the call itself, which has stored nothing yet");
        require(throws(ErrorCode::removed, [&] { own.set("key", "again"); }), "the next call");
    });
    steps->inside.wait();
    Child waiter([&] {
        Cache own = cache.attach(options_of(0));
        once_at(kWaitingForALock, [&steps] { steps->waiting.reach(); });
        require(throws(ErrorCode::removed, [&] { own.set("key", "waiter"); }), "the waiter is told");
    });
    steps->waiting.wait();
    BOOST_TEST(Cache::remove(cache.name()));
    Cache next = Cache::open(cache.name(), options_of(2 * kMiB));
    BOOST_TEST(next.set("key", "of the new one"));
    BOOST_TEST(throws(ErrorCode::removed, [&] { static_cast<void>(cache->get("key")); }));
    steps->go_on.reach();
    BOOST_TEST(holder.wait() == 0);
    BOOST_TEST(waiter.wait() == 0);
    BOOST_TEST((next.get("key") == "of the new one"));
    BOOST_TEST(next.stats().entries == 1U);
    BOOST_TEST(problems_of(next) == "");
}

BOOST_AUTO_TEST_SUITE_END()
