// SPDX-License-Identifier: MIT
// Goal: processes of several pid and time namespaces share a cache, whatever their pids and clocks say.
// Method: every namespace's process 1 uses the cache; some stand inside a set, some are killed.
#include <boost/test/unit_test.hpp>

#include <csignal>

#include "dummycache/clock.hpp"
#include "holder.hpp"
#include "namespace_child.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

/// A process that stands inside a set until it is told to go on.
auto standing_inside(const OneShard& cache, const SharedArea<Steps>& steps) {
    return [&cache, &steps] {
        Cache own = cache.attach();
        set_and_stand_inside(own, *steps);
        steps->done.reach();
        steps->end.wait();
    };
}

/// A process that waits until it can set.
auto waiting_to_set(const OneShard& cache, const SharedArea<Steps>& steps) {
    return [&cache, &steps] {
        Cache own = cache.attach(options_of(0));
        once_at(kWaitingForALock, [&steps] { steps->waiting.reach(); });
        require(own.set("key", "waiter"), "the waiter cannot set");
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(environments_namespaces)

BOOST_AUTO_TEST_CASE(a_waiter_with_the_holders_pid_dies_and_the_holder_keeps_its_lock) {
    OneShard cache;
    const SharedArea<Steps> steps;
    NamespaceChild holder(standing_inside(cache, steps));
    if (holder.is_forbidden()) return;
    steps->inside.wait();
    for (int round = 0; round < 3; ++round) {
        const SharedArea<Steps> waiters;
        NamespaceChild waiter(waiting_to_set(cache, waiters));
        waiters->waiting.wait();
        BOOST_TEST(cache->info().processes.size() == 3U);
        BOOST_TEST(cache->info().processes[1].pid == 1U);
        BOOST_TEST(cache->info().processes[2].pid == 1U);
        waiter.kill();
        cache.require_held_by(1);
        NamespaceChild judge([&cache] { cache.require_held_by(1); });
        BOOST_TEST(judge.wait() == 0);
    }
    steps->go_on.reach();
    steps->done.wait();
    BOOST_TEST((cache->get("key") == "new"));
    BOOST_TEST(cache->stats().recoveries == 0U);
    steps->end.reach();
    BOOST_TEST(holder.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_holder_dies_and_a_waiter_with_its_pid_takes_its_lock_over) {
    OneShard cache;
    const SharedArea<Steps> steps;
    NamespaceChild holder(standing_inside(cache, steps));
    if (holder.is_forbidden()) return;
    steps->inside.wait();
    NamespaceChild waiter(waiting_to_set(cache, steps));
    steps->waiting.wait();
    cache.require_held_by(1);
    holder.kill();
    BOOST_TEST(waiter.wait() == 0);
    BOOST_TEST((cache->get("key") == "waiter"));
    BOOST_TEST(cache->stats().recoveries == 1U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(a_forked_child_does_not_keep_its_dead_parents_lock_from_another_namespace) {
    OneShard cache;
    const SharedArea<Steps> steps;
    // Seen from here only a byte in the cache tells whether the parent lives.
    NamespaceChild first([&cache, &steps] {
        Child parent([&cache, &steps] {
            Cache own = cache.attach();
            set_and_act_inside(own, [&own, &steps] {
                Child child([&own, &steps] {
                    steps->inside.reach();
                    steps->end.wait();
                    require(own.get("key") == "old" && own.set("key", "child"), "the child uses the cache");
                    steps->done.reach();
                });
                child.wait();
            });
        });
        steps->go_on.wait();
        require(parent.kill() == -SIGKILL, "the parent ended in another way");
        steps->waiting.reach();
        steps->done.wait();
    });
    if (first.is_forbidden()) return;
    steps->inside.wait();
    cache.require_held_by(2);
    steps->go_on.reach();
    steps->waiting.wait();
    cache.require_taken_over();
    steps->end.reach();
    BOOST_TEST(first.wait() == 0);
    BOOST_TEST((cache->get("key") == "child"));
}

BOOST_AUTO_TEST_CASE(where_proc_shows_another_namespace_a_zombie_looks_alive_until_it_is_waited_for) {
    OneShard cache;
    NamespaceChild first([&cache] {
        const SharedArea<Steps> steps;
        Child holder(standing_inside(cache, steps));
        steps->inside.wait();
        ::kill(holder.pid(), SIGKILL);
        wait_until_zombie(holder.pid());
        cache.require_held_by(holder.pid());
        require(holder.wait() == -SIGKILL, "the holder ended in another way");
        cache.require_taken_over();
    });
    if (first.is_forbidden()) return;
    BOOST_TEST(first.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_process_in_another_time_namespace_lives_and_dies_like_any_other) {
    OneShard cache;
    cache->set("an hour", "value", std::chrono::hours(1));
    cache->set("two days", "value", std::chrono::hours(48));
    const SharedArea<Steps> steps;
    NamespaceChild holder(standing_inside(cache, steps), CLONE_NEWTIME);
    if (holder.is_forbidden()) return;
    steps->inside.wait();
    cache.require_held_by(holder.pid());
    // Its own boot clock is a day ahead, and the cache's time is the same.
    NamespaceChild reader(
        [&cache, &holder] {
            Cache own = cache.attach();
            require(
                own.get("key") == "old" && own.get("an hour") == "value" && own.get("two days") == "value",
                "what a process with a clock a day ahead sees");
            require(own.ttl("two days") > std::chrono::hours(47), "a time to live, a day ahead");
            const auto ahead = Clock(own).read().process_ahead;
            require(ahead > std::chrono::hours(23) && ahead < std::chrono::hours(25), "how far it is ahead");
            cache.require_held_by(holder.pid());
        },
        CLONE_NEWTIME);
    BOOST_TEST(reader.wait() == 0);
    holder.kill();
    cache.require_taken_over();
    BOOST_TEST((cache->get("an hour") == "value"));
    NamespaceChild writer([&cache] { cache.attach().set("set there", "value", std::chrono::hours(1)); },
                          CLONE_NEWTIME);
    BOOST_TEST(writer.wait() == 0);
    BOOST_TEST((cache->ttl("set there") <= std::chrono::hours(1)));
    BOOST_TEST(Clock(*cache).read().process_ahead.count() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
