// SPDX-License-Identifier: MIT
// Members and fork(): a child is a process of its own.
#include <boost/test/unit_test.hpp>

#include <thread>

#include "ipc/process/process_table.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Acquired;
using ipc::Fault;
using ipc::Kind;
using ipc::Membership;

BOOST_AUTO_TEST_SUITE(ipc_process_table_fork)

BOOST_AUTO_TEST_CASE(a_forked_child_claims_a_slot_of_its_own_when_it_first_writes) {
    const TestSegment segment(Kind::shared);
    Membership self(*segment);
    const std::uint64_t mine = self.token();
    TalkingChild child([&](Line& line) {
        self.counters().hits.fetch_add(1000);
        if (segment->process_slots()[1].pid.load() != 0) return 1;
        if (self.token() == mine || self.slot() != 1) return 2;
        if (segment->process_slots()[1].pid.load() != static_cast<std::uint32_t>(::getpid())) return 3;
        if (self.is_dead(0, static_cast<std::uint32_t>(mine >> 32))) return 4;
        self.counters().hits.fetch_add(1);
        line.say();
        static_cast<void>(line.hear());
        return 0;
    });
    BOOST_REQUIRE(child.line().hear() == 'x');
    BOOST_TEST(self.token() == mine);
    BOOST_TEST(!self.is_dead(1, segment->process_slots()[1].generation.load()));
    BOOST_TEST(hits_of(segment->process_slots()[0]) == 0U);
    BOOST_TEST(hits_of(segment->process_slots()[1]) == 1U);
    child.line().say();
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(self.is_dead(1, 1));
}

BOOST_AUTO_TEST_CASE(many_threads_of_a_forked_child_register_once) {
    const TestSegment segment(Kind::shared);
    Membership self(*segment);
    TalkingChild child([&](Line&) {
#if defined(DUMMYCACHE_KILL_POINTS)
        // Registering is made slow, so that all threads want it while the first one is at it.
        ipc::kill_point_hook = [](const char*) { ::usleep(20'000); };
#endif
        std::atomic<bool> wrong{false};
        std::atomic<int> ready{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (++ready; ready < 4;) std::this_thread::yield();
                if (self.slot() != 1) wrong = true;
            });
        }
        for (std::thread& thread : threads) thread.join();
        return wrong || segment->process_slots()[2].generation.load() != 0 ? 1 : 0;
    });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_forked_child_that_never_wrote_leaves_its_parents_slot_alone) {
    const TestSegment segment(Kind::shared);
    auto self = std::make_unique<Membership>(*segment);
    TalkingChild child([&](Line&) {
        self.reset();
        return 0;
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(segment->process_slots()[0].pid.load() == static_cast<std::uint32_t>(::getpid()));
    BOOST_TEST(segment->process_slots()[0].generation.load() == 1U);
    const auto other = segment.name().attach();
    Membership judge(*other);
    BOOST_TEST(judge.slot() == 1U);
    BOOST_TEST(!judge.is_dead(0, 1));
}

BOOST_AUTO_TEST_CASE(forking_while_threads_register_never_hangs_a_child) {
    const TestSegment segment(Kind::shared);
    std::atomic<bool> stop{false};
    std::thread joiner([&] {
        while (!stop) const Membership self(*segment);
    });
    for (int i = 0; i < 50; ++i) {
        TalkingChild child([&](Line&) {
            const auto own = segment.name().attach();
            Membership self(*own);
            return self.token() != 0 ? 0 : 1;
        });
        BOOST_TEST(child.wait() == 0);
    }
    stop = true;
    joiner.join();
}

BOOST_AUTO_TEST_CASE(a_child_forked_from_private_memory_takes_its_parents_locks_for_dead) {
    const TestSegment segment(Kind::private_memory);
    Membership self(*segment);
    auto& word = segment->superblock().all_shards_lock;
    BOOST_TEST((ipc::lock(word, self, hang_guard()) == Acquired::clean));
    TalkingChild child([&](Line&) {
        if (ipc::lock(word, self, hang_guard()) != Acquired::from_dead) return 1;
        if (self.slot() != 0 || self.generation() <= 1) return 2;
        ipc::unlock(word, self);
        return word.load() == 0 ? 0 : 3;
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(word.load() == self.token());
}

BOOST_AUTO_TEST_SUITE_END()
