// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <thread>

#include "ipc/os/process_barrier.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;

BOOST_AUTO_TEST_SUITE(ipc_process_barrier)

// Each of two threads stores its own word and loads the other's. Without a barrier both miss the other's store in
// some rounds of a thousand.
BOOST_AUTO_TEST_CASE(one_of_two_threads_sees_what_the_other_stored) {
    if (!ipc::has_barrier_in_all_threads()) return;
    constexpr int kRounds = 50'000;
    const auto end =
        std::chrono::steady_clock::now() + std::chrono::seconds(2);  // a round is long on a busy machine
    // Without optimization std::atomic stores with a full barrier, whatever it is told. These do not.
    struct alignas(128) Word {
        void store(int stored) { __atomic_store_n(&value, stored, __ATOMIC_RELEASE); }
        [[nodiscard]] int load() const { return __atomic_load_n(&value, __ATOMIC_ACQUIRE); }
        int value = 0;
    };
    Word begun;
    Word ended;
    Word frequent;
    Word rare;
    int seen_by_frequent = 0;
    int both_missed = 0;
    // Reads what is going to be loaded, too. So that load is answered by the processor's own cache, before the store of
    // the other is seen there.
    const auto wait_for = [](const Word& word, int round, const Word& of_other) {
        for (int spins = 0; word.load() != round && word.load() >= 0; ++spins)
            if (of_other.load() < 0 || spins > 1000)
                std::this_thread::yield();  // on one processor the other could not run
    };
    std::thread thread([&] {
        for (int round = 1; begun.load() >= 0; ++round) {
            wait_for(begun, round, rare);
            frequent.store(round);
            std::atomic_signal_fence(std::memory_order_seq_cst);
            seen_by_frequent = rare.load();
            ended.store(round);
        }
    });
    bool done = true;
    for (int round = 1; round <= kRounds && std::chrono::steady_clock::now() < end; ++round) {
        begun.store(round);
        // About as long as the other needs to notice.
        for (int i = round % 256; i >= 0; --i) static_cast<void>(frequent.load());
        rare.store(round);
        done = ipc::barrier_in_all_threads() && done;
        const int seen_by_rare = frequent.load();
        wait_for(ended, round, frequent);
        both_missed += static_cast<int>(seen_by_rare != round && seen_by_frequent != round);
    }
    begun.store(-1);
    thread.join();
    BOOST_TEST(done);
    BOOST_TEST(both_missed == 0);
}

BOOST_AUTO_TEST_CASE(a_forked_child_has_it_too) {
    if (!ipc::has_barrier_in_all_threads()) return;
    TalkingChild child(
        [](Line&) { return ipc::has_barrier_in_all_threads() && ipc::barrier_in_all_threads() ? 0 : 1; });
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
