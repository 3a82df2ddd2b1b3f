// SPDX-License-Identifier: MIT
// Goal: the lock of a process that forked, closed all descriptors, became a zombie or another program is
// kept while the process lives and taken over when it is dead.
// Method: a child stands inside a set, at a kill point, and does or suffers these things there.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <csignal>

#include <sys/syscall.h>

#include "holder.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

enum class First { stranger, child };
constexpr First kFirsts[] = {First::stranger, First::child};
std::ostream& operator<<(std::ostream& out, First first) {
    return out << (first == First::child ? "child" : "stranger");
}

constexpr int kEntries = 300;

/// What a process that lost its descriptors can still do: everything in the memory that it has.
void use_without_descriptors(Cache& cache) {
    for (int i = 0; i < kEntries; ++i) {
        const std::string key = "closed" + std::to_string(i);
        require(cache.set(key, "value") && cache.get(key) == "value", "an entry was not stored");
    }
    require(cache.incr("counter") == 1 && cache.erase("counter"), "incr and erase");
    require(problems_of(cache).empty(), problems_of(cache));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(environments_holders)

BOOST_DATA_TEST_CASE(a_forked_child_does_not_keep_its_dead_parents_lock, data::make(kFirsts), first) {
    OneShard cache;
    const SharedArea<Steps> steps;
    Child parent([&] {
        Cache own = cache.attach(options_of(0));
        set_and_act_inside(own, [&] {
            // It has its parent's mapping, handle and stack, and lives on.
            Child child([&] {
                steps->inside.reach();
                steps->go_on.wait();
                require(own.get("key") == "old" && own.set("key", "child"), "the child uses the cache");
                require(own.get("key") == "child" && own.stats().recoveries == 1, "it has its own value");
                require(problems_of(own).empty(), problems_of(own));
                own.set("key", "old");
                steps->done.reach();
                steps->end.wait();
            });
            child.wait();
        });
    });
    steps->inside.wait();
    cache.require_held_by(parent.pid());
    BOOST_TEST(parent.kill() == -SIGKILL);
    if (first == First::stranger) cache.require_taken_over();
    steps->go_on.reach();
    steps->done.wait();
    if (first == First::child) BOOST_TEST(cache->stats().recoveries == 1U);
    BOOST_TEST(cache->set("key", "last"));
    steps->end.reach();
}

BOOST_AUTO_TEST_CASE(a_child_made_without_the_handlers_of_fork_does_not_keep_its_dead_parents_lock) {
    OneShard cache;
    const SharedArea<Steps> steps;
    Child parent([&] {
        Cache own = cache.attach();
        set_and_act_inside(own, [&] {
            // It also has the descriptor by which its parent is known to live.
            if (::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr) == 0) {
                steps->inside.reach();
                steps->end.wait();
                ::_exit(0);
            }
            ::pause();
        });
    });
    steps->inside.wait();
    cache.require_held_by(parent.pid());
    BOOST_TEST(parent.kill() == -SIGKILL);
    cache.require_taken_over();
    steps->end.reach();
}

BOOST_DATA_TEST_CASE(a_holder_that_closed_all_descriptors_is_alive_and_goes_on, data::make(kNamedKinds),
                     kind) {
    OneShard cache(kind);
    const SharedArea<Steps> steps;
    Child holder([&] {
        Cache own = cache.attach();
        set_and_act_inside(own, [&] {
            require(::close_range(0, ~0U, 0) == 0, "close_range failed");
            steps->inside.reach();
            steps->go_on.wait();
        });
        require(own.get("key") == "new", "what it set is there");
        use_without_descriptors(own);
        steps->done.reach();
        steps->end.wait();
    });
    steps->inside.wait();
    cache.require_held_by(holder.pid());
    for (int i = 0; i < 5; ++i) {
        const Cache newcomer = cache.attach();
        BOOST_TEST(newcomer.info().processes.size() == 3U, "a newcomer took the place of a live process");
    }
    steps->go_on.reach();
    steps->done.wait();
    BOOST_TEST((cache->get("key") == "new"));
    for (int i = 0; i < kEntries; ++i) BOOST_REQUIRE(cache->contains("closed" + std::to_string(i)));
    BOOST_TEST(cache->stats().recoveries == 0U);
    BOOST_TEST(cache->set("key", "next"));
    steps->end.reach();
    BOOST_TEST(holder.wait() == 0);
    BOOST_TEST(cache->info().processes.size() == 1U);
}

BOOST_DATA_TEST_CASE(a_holder_that_closed_all_descriptors_can_die, data::make(kNamedKinds), kind) {
    OneShard cache(kind);
    const SharedArea<Steps> steps;
    Child holder([&] {
        Cache own = cache.attach();
        set_and_act_inside(own, [&] {
            require(::close_range(0, ~0U, 0) == 0, "close_range failed");
            steps->inside.reach();
            ::pause();
        });
    });
    steps->inside.wait();
    cache.require_held_by(holder.pid());
    BOOST_TEST(holder.kill() == -SIGKILL);
    cache.require_taken_over();
}

BOOST_DATA_TEST_CASE(a_zombie_holds_nothing, data::make(kNamedKinds), kind) {
    OneShard cache(kind);
    const SharedArea<Steps> steps;
    Child holder([&] {
        Cache own = cache.attach();
        set_and_stand_inside(own, *steps);
    });
    steps->inside.wait();
    cache.require_held_by(holder.pid());
    ::kill(holder.pid(), SIGKILL);
    wait_until_zombie(holder.pid());
    cache.require_taken_over();
    BOOST_TEST(::kill(holder.pid(), 0) == 0);
}

BOOST_DATA_TEST_CASE(a_holder_that_became_another_program_holds_nothing, data::make(kNamedKinds), kind) {
    OneShard cache(kind);
    const SharedArea<Steps> steps;
    Child holder([&] {
        Cache own = cache.attach();
        set_and_act_inside(own, [&] {
            steps->inside.reach();
            steps->go_on.wait();
            ::execl("/bin/sleep", "sleep", "100", nullptr);
        });
    });
    steps->inside.wait();
    cache.require_held_by(holder.pid());
    steps->go_on.reach();
    cache.require_taken_over();
    BOOST_TEST(holder.kill() == -SIGKILL);
}

BOOST_AUTO_TEST_CASE(a_stopped_holder_keeps_its_lock_for_as_long_as_it_is_stopped) {
    OneShard cache;
    const SharedArea<Steps> steps;
    Child holder([&] {
        Cache own = cache.attach();
        set_and_stand_inside(own, *steps);
    });
    steps->inside.wait();
    ::kill(holder.pid(), SIGSTOP);
    siginfo_t info{};
    BOOST_REQUIRE(::waitid(P_PID, static_cast<id_t>(holder.pid()), &info, WSTOPPED | WNOWAIT) == 0);
    cache.require_held_by(holder.pid());
    steps->go_on.reach();
    cache.require_held_by(holder.pid());
    ::kill(holder.pid(), SIGCONT);
    BOOST_TEST(holder.wait() == 0);
    BOOST_TEST((cache->get("key") == "new"));
    BOOST_TEST(cache->stats().recoveries == 0U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_SUITE_END()
