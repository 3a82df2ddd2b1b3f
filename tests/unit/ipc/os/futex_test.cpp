// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include <thread>

#include "ipc/os/anonymous_memory.hpp"
#include "ipc/os/futex.hpp"

using namespace dummycache::ipc;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(ipc_futex)

BOOST_AUTO_TEST_CASE(a_word_that_differs_is_not_slept_on) {
    std::atomic<std::uint32_t> word{1};
    sleep_while(word, 0, 1h);
    BOOST_TEST(word.load() == 1U);
}

BOOST_AUTO_TEST_CASE(a_sleep_ends_when_its_time_is_over) {
    std::atomic<std::uint32_t> word{0};
    const auto start = std::chrono::steady_clock::now();
    sleep_while(word, 0, 20ms);
    BOOST_TEST((std::chrono::steady_clock::now() - start >= 19ms));
}

BOOST_AUTO_TEST_CASE(a_sleeper_is_woken) {
    std::atomic<std::uint32_t> word{0};
    std::thread sleeper([&] {
        while (word.load() == 0) sleep_while(word, 0, 1h);
    });
    std::this_thread::sleep_for(10ms);
    word.store(1);
    wake(word, 1);
    sleeper.join();
    BOOST_TEST(word.load() == 1U);
}

BOOST_AUTO_TEST_CASE(anonymous_memory_is_zeroed_and_may_be_huge) {
    const AnonymousMemory memory(std::size_t{1} << 40);
    BOOST_TEST((memory.base()[std::size_t{1} << 39] == std::byte{0}));
    memory.base()[0] = std::byte{1};
    BOOST_TEST((memory.base()[0] == std::byte{1}));
}

BOOST_AUTO_TEST_SUITE_END()
