// SPDX-License-Identifier: MIT
// Handles that reopen, while threads and processes are inside calls on the old cache.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>

#include "support/child.hpp"
#include "support/shared_area.hpp"
#include "unit/store/api/reopening.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

BOOST_AUTO_TEST_SUITE(store_reopener_threads)

// With few threads each has a counter of its own; with many, the later ones share theirs.
BOOST_DATA_TEST_CASE(threads_go_on_while_the_cache_is_removed_again_and_again, data::make({4, 40}), count) {
    const TestName name(Kind::shared);
    Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    std::atomic<bool> stop{false};
    std::atomic<int> failed{0};
    std::atomic<std::uint64_t> calls{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
        threads.emplace_back([&, copy = cache, key = "k" + std::to_string(i)]() mutable {
            const std::string value(3000, 'v');
            std::string found;
            while (!stop) {
                try {
                    copy.prefetch(key);
                    copy.set(key, value);
                    if (copy.get(key, found) && found != value) failed += 1;
                    calls += 1;
                } catch (const Error&) {
                    failed += 1;
                }
            }
        });
    }
    for (int round = 0; round < 50; ++round) {
        const std::uint64_t before = calls;
        BOOST_REQUIRE(comes_true([&] { return calls > before + 20; }));
        Cache::remove(name.text());
    }
    stop = true;
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(failed == 0);
    BOOST_TEST(problems_of(cache) == "");
    BOOST_TEST(mappings_of(name.text()) == 1);
}

BOOST_DATA_TEST_CASE(processes_that_reopen_at_once_meet_in_one_cache, data::make(kNamedKinds), kind) {
    constexpr int kProcesses = 6;
    const TestName name(kind);
    Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    for (int round = 0; round < 10; ++round) {
        SharedArea<Barrier> barrier;
        const int failed = run_processes(kProcesses, [&](int number) {
            barrier->wait_for(kProcesses);
            if (number == 0) Cache::remove(name.text());
            barrier->wait_for(kProcesses);
            cache.incr("n");  // the handle is the parent's
        });
        BOOST_REQUIRE(failed == 0);
        BOOST_REQUIRE((cache.get("n") == std::to_string(kProcesses)));
    }
}

BOOST_AUTO_TEST_CASE(a_child_forked_while_threads_read_reopens) {
    const TestName name(Kind::shared);
    Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    std::atomic<bool> stop{false};
    std::atomic<int> failed{0};
    std::thread reader([&] {
        while (!stop) {
            try {
                static_cast<void>(cache.contains("k"));
            } catch (const Error&) {
                failed += 1;
            }
        }
    });
    for (std::uint64_t round = 1; round <= 20; ++round) {
        Child child([&] {
            Cache::remove(name.text());
            require(cache.set("k", std::to_string(round)), "the child goes on");
        });
        BOOST_TEST(child.wait() == 0);
        BOOST_TEST((cache.get("k") == std::to_string(round)));
        BOOST_TEST(cache.reopened() == round);
    }
    stop = true;
    reader.join();
    BOOST_TEST(failed == 0);
}

BOOST_AUTO_TEST_CASE(a_waiting_call_goes_on_in_the_new_cache_and_keeps_its_timeout) {
    const TestName name(Kind::shared);
    const Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    std::atomic<bool> waits{false};
    std::atomic<bool> was_woken{false};
    std::thread waiter([&] {
        const auto wanted = [&](const std::optional<std::string>& value) {
            waits = true;
            return value == "new";
        };
        was_woken = cache.wait("k", wanted, std::chrono::minutes(1));
    });
    BOOST_TEST(comes_true([&] { return waits.load(); }));
    Cache::remove(name.text());
    Cache::open(name.text(), options_of(2 * kMiB)).set("k", "new");
    waiter.join();
    BOOST_TEST(was_woken.load());

    const auto start = steady_clock::now();
    const auto never = [&](const std::optional<std::string>&) {
        Cache::remove(name.text());
        return false;
    };
    BOOST_TEST(!cache.wait("k", never, milliseconds(200)));
    BOOST_TEST((steady_clock::now() - start >= milliseconds(200)));
}

BOOST_DATA_TEST_CASE(the_memory_of_the_old_cache_is_given_back, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    const Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    for (int round = 0; round < 20; ++round) {
        Cache::remove(name.text());
        BOOST_REQUIRE(!cache.contains("k"));
        BOOST_REQUIRE(mappings_of(name.text()) == 1);
    }
    BOOST_TEST(cache.info().processes.size() == 1U);
}

BOOST_DATA_TEST_CASE(a_call_inside_the_old_cache_keeps_it_mapped_until_it_leaves, data::make(kNamedKinds),
                     kind) {
    const TestName name(kind);
    Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    cache.set("k", "old");
    const auto wanted = [&](const std::optional<std::string>& value) {
        if (value != "old") return value == "new";
        Cache::remove(name.text());
        cache.set("k", "new");  // goes on while the outer call is still inside
        BOOST_TEST(mappings_of(name.text()) == 2);
        return false;
    };
    BOOST_TEST(cache.wait("k", wanted));
    BOOST_TEST(cache.reopened() == 1U);
    BOOST_TEST(mappings_of(name.text()) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
