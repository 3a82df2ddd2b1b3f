// SPDX-License-Identifier: MIT
// Work in portions, by a second thread.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <vector>

#include "store/cache/background.hpp"

using dummycache::store::Background;

BOOST_AUTO_TEST_SUITE(store_background)

BOOST_AUTO_TEST_CASE(portions_are_done_in_their_order_by_another_thread) {
    std::vector<int> done;
    std::thread::id worker;
    Background background;
    for (int i = 0; i < 100; ++i) {
        background.run([&done, &worker, i] {
            done.push_back(i);
            worker = std::this_thread::get_id();
        });
    }
    background.finish();
    BOOST_TEST(done.size() == 100U);
    for (int i = 0; i < 100; ++i) BOOST_TEST(done[static_cast<std::size_t>(i)] == i);
    BOOST_TEST((worker != std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(what_a_portion_throws_ends_the_work) {
    std::atomic<int> done{0};
    Background background;
    background.run([] { throw std::runtime_error("no"); });
    const auto go_on = [&] {
        for (int i = 0; i < 100; ++i) background.run([&] { ++done; });
        background.finish();
    };
    BOOST_CHECK_THROW(go_on(), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(what_was_not_begun_is_dropped_at_the_end) {
    std::atomic<bool> go{false};
    std::atomic<int> done{0};
    {
        Background background;
        background.run([&] {
            while (!go) std::this_thread::yield();
        });
        background.run([&] { ++done; });
        go = true;
    }
    BOOST_TEST(done <= 1);
}

BOOST_AUTO_TEST_CASE(without_a_thread_the_caller_does_it) {
    Background::disabled = true;
    int done = 0;
    Background background;
    background.run([&] { done = 1; });
    BOOST_TEST(done == 1);
    background.finish();
    Background::disabled = false;
}

BOOST_AUTO_TEST_SUITE_END()
