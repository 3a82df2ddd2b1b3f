// SPDX-License-Identifier: MIT
// A lock that is let go is handed over at once.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <thread>

#include "ipc/process/owner_lock.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Kind;
using ipc::Membership;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

BOOST_AUTO_TEST_SUITE(ipc_owner_lock_wake)

// A process that waits looks by itself after 1, 3, 7, 15 and 25 ms. The lock is let go in the last of these gaps: a waiter
// that is not woken comes some milliseconds late. A round in which the machine was too slow to tell is made again.
BOOST_DATA_TEST_CASE(those_who_wait_are_woken_within_a_millisecond, boost::unit_test::data::make({1, 2}),
                     waiters) {
    TestSegment segment{Kind::shared};
    Membership self{*segment};
    layout::LockWord& word = segment->superblock().all_shards_lock;
    constexpr int kPrompt = 3;
    int prompt = 0;
    for (const auto end = Clock::now() + std::chrono::seconds(60); prompt < kPrompt && Clock::now() < end;) {
        BOOST_REQUIRE((ipc::lock(word, self, hang_guard()) == ipc::Acquired::clean));
        std::atomic<int> begun{0};
        std::vector<Clock::time_point> got(static_cast<std::size_t>(waiters));
        std::vector<std::thread> threads;
        const auto begin = Clock::now();
        for (Clock::time_point& at : got) {
            threads.emplace_back([&] {
                ++begun;
                if (ipc::lock(word, self, hang_guard()) != ipc::Acquired::clean) return;
                at = Clock::now();
                ipc::unlock(word, self);
            });
        }
        while (begun < waiters) std::this_thread::yield();
        const bool began_together = Clock::now() - begin < milliseconds(1);
        std::this_thread::sleep_until(begin + milliseconds(18));
        const auto let_go_at = Clock::now();
        ipc::unlock(word, self);
        for (std::thread& thread : threads) thread.join();
        if (!began_together || let_go_at - begin > milliseconds(21)) continue;
        prompt += *std::max_element(got.begin(), got.end()) - let_go_at < milliseconds(1);
    }
    BOOST_TEST(prompt == kPrompt);
}

BOOST_AUTO_TEST_SUITE_END()
