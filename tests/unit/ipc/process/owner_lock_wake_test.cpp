// SPDX-License-Identifier: MIT
// A lock that is let go is handed over at once.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <thread>

#include <sys/syscall.h>

#include "ipc/os/futex.hpp"
#include "ipc/process/owner_lock.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Kind;
using ipc::Membership;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

namespace {

/// Waits until a thread of this process sleeps in the kernel.
void wait_until_asleep(const std::atomic<pid_t>& thread) {
    while (thread == 0) std::this_thread::yield();
    for (;;) {
        std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
        std::string all;
        std::getline(file, all);
        if (all.find(") S ") != std::string::npos) return;
        std::this_thread::yield();
    }
}

pid_t own_thread() { return static_cast<pid_t>(::syscall(SYS_gettid)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_owner_lock_wake)

// Without the wake it would sleep for a minute.
BOOST_AUTO_TEST_CASE(to_let_go_wakes_one_that_sleeps) {
    TestSegment segment{Kind::shared};
    Membership self{*segment};
    layout::LockWord& word = segment->superblock().all_shards_lock;
    BOOST_REQUIRE((ipc::lock(word, self, hang_guard()) == ipc::Acquired::clean));
    const std::uint64_t announced = word.fetch_or(layout::kWaiters) | layout::kWaiters;
    std::atomic<pid_t> thread{0};
    Clock::time_point woken;
    std::thread sleeper([&] {
        auto& half = reinterpret_cast<std::atomic<std::uint32_t>&>(word);
        thread = own_thread();
        ipc::sleep_while(half, static_cast<std::uint32_t>(announced), std::chrono::seconds(60));
        woken = Clock::now();
    });
    wait_until_asleep(thread);
    const auto let_go_at = Clock::now();
    ipc::unlock(word, self);
    sleeper.join();
    BOOST_TEST((woken - let_go_at < std::chrono::seconds(50)));
}

// It does not know whether others sleep. So it keeps the mark, and wakes the next one when it lets go.
BOOST_AUTO_TEST_CASE(who_got_the_lock_after_waiting_keeps_the_mark_of_those_who_wait) {
    TestSegment segment{Kind::shared};
    Membership self{*segment};
    layout::LockWord& word = segment->superblock().all_shards_lock;
    BOOST_REQUIRE((ipc::lock(word, self, hang_guard()) == ipc::Acquired::clean));
    std::atomic<pid_t> thread{0};
    std::uint64_t held = 0;
    std::thread waiter([&] {
        thread = own_thread();
        static_cast<void>(ipc::lock(word, self, hang_guard()));
        held = word;
        ipc::unlock(word, self);
    });
    while ((word & layout::kWaiters) == 0) std::this_thread::yield();
    ipc::unlock(word, self);
    waiter.join();
    BOOST_TEST(held == (self.token() | layout::kWaiters));
    BOOST_TEST(word.load() == 0U);
}

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
