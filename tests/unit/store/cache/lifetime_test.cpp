// SPDX-License-Identifier: MIT
// Processes that open, leave, die and fork.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>

#include "support/child.hpp"
#include "support/shared_area.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {
constexpr int kProcesses = 6;
}

BOOST_AUTO_TEST_SUITE(store_lifetime)

BOOST_DATA_TEST_CASE(processes_that_open_at_once_get_the_same_cache, data::make(kNamedKinds), kind) {
    for (int round = 0; round < 20; ++round) {
        const TestName name(kind);
        SharedArea<Barrier> barrier;
        const int failed = run_processes(kProcesses, [&](int) {
            barrier->wait_for(kProcesses);
            Cache::open(name.text(), options_of(2 * kMiB)).incr("opened");
        });
        BOOST_REQUIRE(failed == 0);
        BOOST_REQUIRE((Cache::attach(name.text()).get("opened") == std::to_string(kProcesses)));
    }
}

BOOST_DATA_TEST_CASE(of_processes_that_create_at_once_one_succeeds, data::make(kNamedKinds), kind) {
    for (int round = 0; round < 10; ++round) {
        const TestName name(kind);
        SharedArea<Barrier> barrier;
        SharedArea<std::atomic<int>> created;
        const int failed = run_processes(kProcesses, [&](int) {
            barrier->wait_for(kProcesses);
            *created += Cache::create(name.text(), options_of(2 * kMiB)).has_value();
        });
        BOOST_REQUIRE(failed == 0);
        BOOST_REQUIRE(*created == 1);
    }
}

BOOST_DATA_TEST_CASE(open_and_remove_at_once_end_in_a_cache_or_in_none, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    SharedArea<std::atomic<int>> written;
    const int failed = run_processes(4, [&](int number) {
        for (int i = 0; i < 100; ++i) {
            if (number == 0) {
                Cache::remove(name.text());
                continue;
            }
            try {
                Cache cache = Cache::open(name.text(), options_of(2 * kMiB));
                cache.set("a", "1");
                *written += 1;
            } catch (const Error& error) {
                require(error.code() == ErrorCode::removed, error.what());
            }
        }
    });
    BOOST_TEST(failed == 0);
    BOOST_TEST(*written > 0);
    Cache::open(name.text()).set("a", "1");
}

BOOST_DATA_TEST_CASE(a_cache_outlives_its_creator, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    Child creator([&] {
        Cache cache = Cache::create(name.text(), options_of(2 * kMiB)).value();
        cache.set("a", "1");
        ::raise(SIGKILL);
    });
    BOOST_TEST(creator.wait() == -SIGKILL);
    Cache cache = Cache::attach(name.text());
    BOOST_TEST((cache.get("a") == "1"));
    cache.set("a", "2");
    BOOST_TEST(cache.stats().recoveries == 0U);
    BOOST_TEST(problems_of(cache) == "");
}

BOOST_DATA_TEST_CASE(every_call_on_a_removed_cache_says_so, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    cache->set("a", "1");
    BOOST_TEST(Cache::remove(cache.name()));
    BOOST_TEST(!Cache::remove(cache.name()));
    BOOST_TEST(throws(ErrorCode::removed, [&] { cache->set("a", "2"); }));
    BOOST_TEST(throws(ErrorCode::removed, [&] { cache->incr("n"); }));
    BOOST_TEST(throws(ErrorCode::removed, [&] { cache->clear(); }));
    BOOST_TEST(throws(ErrorCode::not_found, [&] { Cache::attach(cache.name()); }));
    BOOST_TEST(throws(ErrorCode::removed, [&] { static_cast<void>(cache->get("a")); }));
    BOOST_TEST(throws(ErrorCode::removed, [&] { static_cast<void>(cache->get_many({"a"})); }));
    BOOST_TEST(throws(ErrorCode::removed, [&] { cache->visit([](const EntryView&) { return true; }); }));
    Cache next = Cache::open(cache.name(), options_of(2 * kMiB));
    BOOST_TEST(!next.contains("a"));
}

BOOST_DATA_TEST_CASE(a_forked_child_goes_on_with_its_parents_handle, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    cache->set("a", "parent");
    for (int round = 0; round < 10; ++round) {
        Child child([&] {
            require(cache->get("a") == "parent", "a read in the child");
            cache->incr("n");
            cache->set("large", std::string(100'000, 'c'));
            cache->set("child", std::to_string(::getpid()));
        });
        const std::string pid = std::to_string(child.pid());
        BOOST_TEST(child.wait() == 0);
        BOOST_TEST((cache->get("child") == pid));
        cache->incr("n");
    }
    BOOST_TEST((cache->get("n") == "20"));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_killed_child_leaves_its_parent_alone, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    for (int round = 0; round < 10; ++round) {
        SharedArea<std::atomic<int>> written;
        Child child([&] {
            for (int i = 0;; ++i) {
                cache->set("key" + std::to_string(i % 100),
                           std::string(static_cast<std::size_t>(i % 30'000), 'x'));
                *written += 1;
            }
        });
        while (*written < 200) ::sched_yield();
        BOOST_TEST(child.kill() == -SIGKILL);
        for (int i = 0; i < 100; ++i) BOOST_REQUIRE(cache->set("key" + std::to_string(i), "1"));
        BOOST_REQUIRE(problems_of(*cache) == "");
    }
}

BOOST_DATA_TEST_CASE(a_child_may_be_forked_while_threads_write, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    std::atomic<bool> stop{false};
    cache->set("parent", "1");
    // A touch allocates nothing: under the address sanitizer a child that is forked while another thread has the
    // allocator's lock cannot allocate.
    std::thread writer([&] {
        while (!stop) cache->touch("parent", std::chrono::hours(1));
    });
    int failed = 0;
    for (int round = 0; round < 30; ++round) {
        Child child([&] {
            for (int i = 0; i < 20; ++i) cache->incr("children");
        });
        failed += child.wait() != 0;
    }
    stop = true;
    writer.join();
    BOOST_TEST(failed == 0);
    BOOST_TEST((cache->get("children") == "600"));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(parent_and_child_have_a_private_cache_each) {
    TestCache cache(Kind::private_memory);
    cache->set("a", "1");
    Child child([&] {
        require(cache->get("a") == "1", "the copy has what the parent had");
        cache->set("a", "child");
        for (int i = 0; i < 5000; ++i) cache->set("key" + std::to_string(i), std::string(200, 'x'));
        require(cache->get("a") == "child", "the copy can be written");
        require(problems_of(*cache).empty(), problems_of(*cache));
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST((cache->get("a") == "1"));
    BOOST_TEST(cache->stats().entries == 1U);
}

BOOST_DATA_TEST_CASE(a_process_that_leaves_takes_nothing_with_it, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    for (int round = 0; round < 200; ++round) {
        Cache own = cache.attach();
        own.incr("n");
        static_cast<void>(own.get("n"));
    }
    BOOST_TEST((cache->get("n") == "200"));
    BOOST_TEST(cache->stats().hits == 201U);
    BOOST_TEST(cache->info().processes.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
