// SPDX-License-Identifier: MIT
// Failures that users of other caches and shared-memory libraries have reported. The design rules each of them out; a
// test with its name shows it. README.md has the table.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include "dummycache/snapshot.hpp"
#include "support/child.hpp"
#include "support/kill_points.hpp"
#include "support/shared_area.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

constexpr int kKeys = 50;

std::string key_of(int number) { return "key" + std::to_string(number); }

/// Writers of this cache give up after some seconds: far longer than any of them has to wait.
Options patient() {
    Options options = options_of(8 * kMiB);
    options.lock_timeout = 20s;
    return options;
}

void fill(Cache& cache) {
    for (int i = 0; i < kKeys; ++i) cache.set(key_of(i), std::string(i % 2 == 0 ? 200 : 70'000, 'o'));
}

/// Ends by SIGKILL when it is about to store a slot: it holds the lock of a shard.
void die_inside_the_lock() {
    ipc::kill_point_hook = [](const char* where) {
        if (std::string_view(where) == "before the slot is stored") ::raise(SIGKILL);
    };
}

/// A child that writes `key` and is killed at its n-th kill point. False: it had not that many.
bool killed_while_it_sets(const TestCache& cache, const std::string& key, std::uint64_t nth) {
    Child child([&] {
        Cache own = cache.attach();
        die_at(nth);
        own.set(key, std::string(nth % 2 == 0 ? 100 : 70'000, 'w'));
        ipc::kill_point_hook = nullptr;
    });
    const int result = child.wait();
    BOOST_REQUIRE((result == 0 || result == -SIGKILL));
    return result != 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(peers_failures)

// APCu 632: a reader that was killed left a read lock behind, and no writer ever got on again.
BOOST_AUTO_TEST_CASE(a_killed_reader_blocks_no_writer) {
    const std::vector<std::function<void(const Cache&)>> reads{
        [](const Cache& cache) { static_cast<void>(cache.get(key_of(1))); },
        [](const Cache& cache) {
            static_cast<void>(cache.get_many({key_of(0), key_of(1), key_of(3)}));
        },
        [](const Cache& cache) { cache.visit([](const EntryView&) { return true; }); },
        [](const Cache& cache) {
            static_cast<void>(cache.wait(
                key_of(0), [](const auto&) { return false; }, 1ms));
        },
        [](const Cache& cache) { static_cast<void>(digest(cache)); },
        [](const Cache& cache) { static_cast<void>(cache.checkpoints()); },
        [](const Cache& cache) { static_cast<void>(cache.check()); }};
    TestCache cache(Kind::shared, patient());
    fill(*cache);
    for (const auto& read : reads) {
        for (int round = 0; round < 10; ++round) {
            SharedArea<Tally> tally;
            Child reader([&] {
                const Cache own = cache.attach();
                for (;; tally->counts[0] = 1) read(own);
            });
            while (tally->counts[0] == 0) ::sched_yield();
            ::usleep(static_cast<useconds_t>(round * 37));
            reader.kill();
            for (int i = 0; i < kKeys; ++i) BOOST_TEST(cache->set(key_of(i), std::string(200 + i, 'n')));
            BOOST_TEST(cache->get(key_of(1))->size() == 201U);
        }
    }
    BOOST_TEST(problems_of(*cache) == "");
}

// iceoryx2 2008: after the death of its writer an entry could not be written by anybody.
BOOST_DATA_TEST_CASE(the_death_of_a_writer_leaves_its_entry_writable, data::make(kNamedKinds), kind) {
    TestCache cache(kind, patient());
    fill(*cache);
    std::uint64_t deaths = 0;
    while (killed_while_it_sets(cache, "key", deaths + 1)) {
        ++deaths;
        BOOST_TEST(cache->set("key", std::to_string(deaths)));
        BOOST_TEST((cache->get("key") == std::to_string(deaths)));
        Cache other = cache.attach();
        BOOST_TEST(other.append("key", "x") == std::to_string(deaths).size() + 1);
        if (deaths % 3 == 0) BOOST_TEST(other.erase("key"));
    }
    BOOST_TEST(deaths > 10U);
    BOOST_TEST(problems_of(*cache) == "");
}

// Chronicle-Map 512: several processes repaired the map at once, and destroyed it.
BOOST_AUTO_TEST_CASE(repairs_at_once_lose_nothing) {
    constexpr int kProcesses = 4;
    TestCache cache(Kind::shared, patient());
    fill(*cache);
    for (std::uint64_t nth = 1; killed_while_it_sets(cache, "key", nth); ++nth) {
        SharedArea<Tally> tally;
        const int failed = run_processes(kProcesses, [&](int number) {
            Cache own = cache.attach();
            tally->barrier.wait_for(kProcesses);
            if (number == 0 && nth % 2 == 0) die_at(nth % 7 + 1);  // in the middle of the repair
            if (number == 1) static_cast<void>(own.repair());
            require(own.set("of " + std::to_string(number), std::to_string(nth)), "not stored");
        });
        BOOST_TEST(failed <= 1);  // the one that is killed
        BOOST_REQUIRE(problems_of(*cache) == "");
        for (int number = 1; number < kProcesses; ++number)
            BOOST_TEST((cache->get("of " + std::to_string(number)) == std::to_string(nth)));
        for (int i = 0; i < kKeys; ++i) BOOST_TEST(cache->get(key_of(i)).has_value());
    }
}

// lua-nginx-module 1207: a worker was killed inside the lock of the dictionary, and all others waited for ever.
BOOST_AUTO_TEST_CASE(a_worker_killed_inside_the_lock_keeps_nobody_waiting) {
    constexpr int kWorkers = 8;
    TestCache cache(Kind::shared, patient());
    for (int round = 0; round < 20; ++round) {
        SharedArea<Tally> tally;
        std::vector<Child> workers;
        for (int i = 0; i < kWorkers; ++i) {
            workers.emplace_back([&, i] {
                Cache own = cache.attach();
                tally->barrier.wait_for(kWorkers);
                if (i == 0) die_inside_the_lock();
                for (int n = 0; n < 100; ++n) own.incr("of " + std::to_string(i));
            });
        }
        BOOST_TEST(workers[0].wait() == -SIGKILL);
        for (int i = 1; i < kWorkers; ++i) BOOST_TEST(workers[static_cast<std::size_t>(i)].wait() == 0);
        for (int i = 1; i < kWorkers; ++i)
            BOOST_TEST((cache->get("of " + std::to_string(i)) == std::to_string(100 * (round + 1))));
    }
    BOOST_TEST(problems_of(*cache) == "");
}

// cpython 82300: the end of any process that had attached removed the memory from under all others.
BOOST_DATA_TEST_CASE(the_exit_of_a_stranger_removes_nothing, data::make(kNamedKinds), kind) {
    TestCache cache(kind, patient());
    fill(*cache);
    for (const int way : {0, SIGTERM, SIGKILL, SIGINT}) {
        Child stranger([&] {
            static const Cache own = cache.attach();  // its destructor runs at exit
            static_cast<void>(own.get(key_of(0)));
            ::signal(SIGINT, SIG_DFL);
            if (way != 0) ::raise(way);
            std::exit(0);
        });
        BOOST_TEST(stranger.wait() == -way);
        for (int i = 0; i < kKeys; ++i) BOOST_TEST(cache.attach().get(key_of(i)).has_value());
    }
    const std::string name = cache.name();
    Child alone([&] { require(Cache::attach(name).get(key_of(1)).has_value(), "it is gone"); });
    BOOST_TEST(alone.wait() == 0);
}

// diskcache 85 and 266: two processes that made the cache at once failed, or wrote into two of them.
BOOST_DATA_TEST_CASE(creators_at_once_make_one_cache, data::make(kNamedKinds), kind) {
    constexpr int kCreators = 6;
    for (int round = 0; round < 30; ++round) {
        const TestName name(kind);
        SharedArea<Tally> tally;
        const int failed = run_processes(kCreators, [&](int number) {
            tally->barrier.wait_for(kCreators);
            if (number % 2 == 0 && Cache::create(name.text(), patient())) ++tally->counts[0];
            Cache own = Cache::open(name.text(), patient());
            own.set(key_of(number), "there");
        });
        BOOST_TEST(failed == 0);
        BOOST_TEST(tally->counts[0] <= 1);
        const Cache cache = Cache::attach(name.text());
        for (int number = 0; number < kCreators; ++number) BOOST_TEST(cache.contains(key_of(number)));
        BOOST_TEST(problems_of(cache) == "");
    }
}

// Boost.Interprocess: a mutex whose owner died could never be locked again.
BOOST_DATA_TEST_CASE(no_number_of_dead_owners_poisons_a_lock, data::make(kNamedKinds), kind) {
    TestCache cache(kind, patient());
    cache->set("key", "0");
    for (int death = 1; death <= 100; ++death) {
        Child owner([&] {
            Cache own = cache.attach();
            if (death % 2 == 0) {
                die_inside_the_lock();
                own.set("key", "of the dead");
            } else {  // the lock of all shards
                die_at(static_cast<std::uint64_t>(death % 5) + 1);
                own.checkpoint("of the dead");
                own.release("of the dead");
            }
        });
        static_cast<void>(owner.wait());
        BOOST_TEST(cache->incr("count") == death);
        BOOST_TEST(cache->checkpoints().size() <= 1U);
        if (!cache->checkpoints().empty()) cache->release("of the dead");
    }
    BOOST_TEST((cache->get("key") == "0"));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_SUITE_END()
