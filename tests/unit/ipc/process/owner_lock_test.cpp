// SPDX-License-Identifier: MIT
#include "ipc/process/owner_lock.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

#include <sys/time.h>

#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Acquired;
using ipc::Kind;
using ipc::Membership;
using std::chrono::milliseconds;

namespace {

struct LockedTogether {
    TestSegment segment{Kind::shared};
    Membership self{*segment};
    layout::LockWord& word = segment->superblock().all_shards_lock;

    /// A child that takes the lock, says so, and waits in it for a word.
    std::unique_ptr<TalkingChild> holder() {
        return std::make_unique<TalkingChild>([this](Line& line) {
            const auto own = segment.name().attach();
            Membership member(*own);
            layout::LockWord& same = own->superblock().all_shards_lock;
            if (ipc::lock(same, member, hang_guard()) == Acquired::no) return 1;
            line.say();
            static_cast<void>(line.hear());
            ipc::unlock(same, member);
            line.say();
            static_cast<void>(line.hear());
            return 0;
        });
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ipc_owner_lock, LockedTogether)

BOOST_AUTO_TEST_CASE(a_free_lock_is_taken_and_given_back) {
    for (const Kind kind : kAllKinds) {
        const TestSegment own(kind);
        Membership member(*own);
        layout::LockWord& lock = own->superblock().all_shards_lock;
        BOOST_TEST((ipc::lock(lock, member, ipc::Deadline{}) == Acquired::clean));
        BOOST_TEST(lock.load() == member.token());
        BOOST_TEST(ipc::holder_of(lock, member).slot == member.slot());
        BOOST_TEST(ipc::holder_of(lock, member).pid == static_cast<std::uint32_t>(::getpid()));
        BOOST_TEST((ipc::try_lock(lock, member) == Acquired::no));
        ipc::unlock(lock, member);
        BOOST_TEST(lock.load() == 0U);
        BOOST_TEST(ipc::holder_of(lock, member).slot == ipc::kNoSlot);
        BOOST_TEST(ipc::holder_of(lock, member).pid == 0U);
        BOOST_TEST((ipc::try_lock(lock, member) == Acquired::clean));
        ipc::unlock(lock, member);
    }
}

BOOST_AUTO_TEST_CASE(unlock_leaves_a_lock_alone_that_is_somebody_elses) {
    const std::uint64_t other = self.token() + 5;
    word.store(other);
    ipc::unlock(word, self);
    BOOST_TEST(word.load() == other);
    word.store(0);
    ipc::unlock(word, self);
    BOOST_TEST(word.load() == 0U);
}

BOOST_AUTO_TEST_CASE(a_lock_that_is_wanted_only_if_free_is_not_taken_from_anybody_not_even_the_dead) {
    BOOST_TEST(ipc::lock_if_free(word, self));
    BOOST_TEST(word.load() == self.token());
    BOOST_TEST(!ipc::lock_if_free(word, self));
    ipc::unlock(word, self);
    const auto child = holder();
    BOOST_REQUIRE(child->line().hear() == 'x');
    child->kill();
    BOOST_TEST(!ipc::lock_if_free(word, self));
    BOOST_TEST((ipc::try_lock(word, self) == Acquired::from_dead));
}

BOOST_AUTO_TEST_CASE(it_excludes_threads) {
    std::uint64_t plain = 0;
    std::vector<std::thread> threads;
    std::atomic<int> failed{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 20'000; ++round) {
                if (ipc::lock(word, self, hang_guard()) != Acquired::clean) ++failed;
                ++plain;
                ipc::unlock(word, self);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(failed.load() == 0);
    BOOST_TEST(plain == 80'000U);
    BOOST_TEST(word.load() == 0U);
}

BOOST_AUTO_TEST_CASE(it_excludes_processes) {
    auto* const plain = segment->object<std::uint64_t>(1);
    std::vector<std::unique_ptr<TalkingChild>> children;
    for (int i = 0; i < 3; ++i) {
        children.push_back(std::make_unique<TalkingChild>([&](Line&) {
            const auto own = segment.name().attach();
            Membership member(*own);
            for (int round = 0; round < 20'000; ++round) {
                if (ipc::lock(own->superblock().all_shards_lock, member, hang_guard()) != Acquired::clean)
                    return 1;
                ++own->object<std::uint64_t>(1)[0];
                ipc::unlock(own->superblock().all_shards_lock, member);
            }
            return 0;
        }));
    }
    for (auto& child : children) BOOST_TEST(child->wait() == 0);
    BOOST_TEST(*plain == 60'000U);
}

BOOST_AUTO_TEST_CASE(a_live_holder_is_waited_for_until_the_deadline_and_its_pid_is_known) {
    const auto child = holder();
    BOOST_REQUIRE(child->line().hear() == 'x');
    const auto begin = std::chrono::steady_clock::now();
    BOOST_TEST((ipc::lock(word, self, in(milliseconds(50))) == Acquired::no));
    BOOST_TEST((std::chrono::steady_clock::now() - begin >= milliseconds(50)));
    BOOST_TEST((ipc::try_lock(word, self) == Acquired::no));
    BOOST_TEST((ipc::lock(word, self, ipc::Deadline{}) == Acquired::no));
    BOOST_TEST(ipc::holder_of(word, self).slot == 1U);
    BOOST_TEST(ipc::holder_of(word, self).pid == static_cast<std::uint32_t>(child->pid()));
    child->line().say();
    BOOST_TEST((ipc::lock(word, self, hang_guard()) == Acquired::clean));
    ipc::unlock(word, self);
    BOOST_TEST(word.load() == 0U);
}

BOOST_AUTO_TEST_CASE(a_stopped_holder_keeps_its_lock_and_goes_on_after_it) {
    const auto child = holder();
    BOOST_REQUIRE(child->line().hear() == 'x');
    child->signal(SIGSTOP);
    BOOST_TEST((ipc::lock(word, self, in(milliseconds(100))) == Acquired::no));
    BOOST_TEST((ipc::try_lock(word, self) == Acquired::no));
    BOOST_TEST(ipc::holder_of(word, self).pid == static_cast<std::uint32_t>(child->pid()));
    child->signal(SIGCONT);
    child->line().say();
    BOOST_TEST(child->line().hear() == 'x');
    BOOST_TEST((ipc::lock(word, self, hang_guard()) == Acquired::clean));
}

BOOST_AUTO_TEST_CASE(a_lock_is_taken_over_from_a_killed_holder_while_it_is_waited_for) {
    const auto child = holder();
    BOOST_REQUIRE(child->line().hear() == 'x');
    std::thread killer([&] {
        ::usleep(30'000);
        child->signal(SIGKILL);
    });
    BOOST_TEST((ipc::lock(word, self, hang_guard()) == Acquired::from_dead));
    killer.join();
    ipc::unlock(word, self);
    BOOST_TEST((ipc::try_lock(word, self) == Acquired::clean));
}

BOOST_AUTO_TEST_CASE(a_dead_holder_is_no_reason_to_fail_even_without_time_to_wait) {
    for (const bool try_only : {false, true}) {
        const auto child = holder();
        BOOST_REQUIRE(child->line().hear() == 'x');
        child->kill();
        const Acquired how = try_only ? ipc::try_lock(word, self) : ipc::lock(word, self, ipc::Deadline{});
        BOOST_TEST((how == Acquired::from_dead));
        ipc::unlock(word, self);
        BOOST_TEST(word.load() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_zombie_holder_is_dead) {
    const auto child = holder();
    BOOST_REQUIRE(child->line().hear() == 'x');
    child->signal(SIGKILL);
    BOOST_TEST((ipc::lock(word, self, hang_guard()) == Acquired::from_dead));
    BOOST_TEST(::kill(child->pid(), 0) == 0);
}

BOOST_AUTO_TEST_CASE(a_holder_that_called_execve_is_dead) {
    TalkingChild child([this](Line& line) {
        const auto own = segment.name().attach();
        Membership member(*own);
        if (ipc::lock(own->superblock().all_shards_lock, member, hang_guard()) != Acquired::clean) return 1;
        line.say();
        ::execl("/bin/sleep", "sleep", "60", nullptr);
        return 2;
    });
    BOOST_REQUIRE(child.line().hear() == 'x');
    BOOST_TEST((ipc::lock(word, self, hang_guard()) == Acquired::from_dead));
    BOOST_TEST(::kill(child.pid(), 0) == 0);
}

BOOST_AUTO_TEST_CASE(a_slot_that_is_used_again_does_not_revive_its_dead_owner) {
    const auto child = holder();
    BOOST_REQUIRE(child->line().hear() == 'x');
    child->kill();
    const auto own = segment.name().attach();
    Membership next(*own);
    BOOST_TEST(next.slot() == 1U);
    BOOST_TEST(ipc::holder_of(word, self).pid == 0U);  // and not that of the next
    BOOST_TEST((ipc::lock(word, self, hang_guard()) == Acquired::from_dead));
}

BOOST_AUTO_TEST_CASE(signals_that_end_every_sleep_do_not_hide_a_death) {
    const auto child = holder();
    BOOST_REQUIRE(child->line().hear() == 'x');
    const auto before = ::signal(SIGALRM, [](int) {});
    const itimerval fast{{0, 300}, {0, 300}};
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &fast, nullptr);
    child->kill();
    BOOST_TEST((ipc::lock(word, self, hang_guard()) == Acquired::from_dead));
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::signal(SIGALRM, before);
}

BOOST_AUTO_TEST_CASE(only_one_of_many_waiters_takes_over_from_the_dead) {
    for (int round = 0; round < 20; ++round) {
        const auto child = holder();
        BOOST_REQUIRE(child->line().hear() == 'x');
        std::atomic<int> from_dead{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                const auto own = segment.name().attach();
                Membership member(*own);
                if (ipc::lock(own->superblock().all_shards_lock, member, hang_guard()) == Acquired::from_dead)
                    ++from_dead;
                ipc::unlock(own->superblock().all_shards_lock, member);
            });
        }
        child->kill();
        for (std::thread& thread : threads) thread.join();
        BOOST_TEST(from_dead.load() == 1);
        BOOST_TEST(word.load() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(writers_that_are_killed_at_any_time_never_break_the_exclusion) {
    auto* const data = segment->object<std::uint64_t>(1);
    const auto storm = [&](Line&) {
        const auto own = segment.name().attach();
        Membership member(*own);
        auto* const pair = own->object<std::uint64_t>(1);
        for (;;) {
            const Acquired how = ipc::lock(own->superblock().all_shards_lock, member, hang_guard());
            if (how == Acquired::no) return 1;
            // Between the two stores the pair differs: only a dead owner may leave it so.
            if (how == Acquired::from_dead) pair[1] = pair[0];
            if (pair[0] != pair[1]) return 2;
            ++pair[0];
            for (int i = 0; i < 50; ++i) std::atomic_signal_fence(std::memory_order_seq_cst);
            ++pair[1];
            ipc::unlock(own->superblock().all_shards_lock, member);
        }
    };
    for (int round = 0; round < 100; ++round) {
        TalkingChild one(storm);
        TalkingChild two(storm);
        ::usleep(static_cast<useconds_t>(1000 + round * 37 % 4000));
        BOOST_TEST(one.kill() == -SIGKILL);
        ::usleep(2000);
        BOOST_TEST(two.kill() == -SIGKILL);
    }
    const Acquired how = ipc::lock(word, self, hang_guard());
    BOOST_TEST((how == Acquired::from_dead || data[0] == data[1]));
}

BOOST_AUTO_TEST_CASE(a_token_names_a_slot_and_a_generation_and_is_let_go_only_as_it_was_taken) {
    const std::uint64_t mine = layout::token_of(5, 7);
    BOOST_TEST(layout::slot_of_token(mine) == 5U);
    BOOST_TEST(layout::generation_of_token(mine) == 7U);
    BOOST_TEST(layout::slot_of_token(mine | layout::kWaiters) == 5U);
    BOOST_TEST(ipc::take_free(word, mine));
    BOOST_TEST(!ipc::take_free(word, mine));
    BOOST_TEST(!ipc::let_go(word, layout::token_of(5, 8)));
    BOOST_TEST(word.load() == mine);
    BOOST_TEST(ipc::let_go(word, mine));
    BOOST_TEST(word.load() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
