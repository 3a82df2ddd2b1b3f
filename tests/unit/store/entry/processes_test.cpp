// SPDX-License-Identifier: MIT
// Several processes on one cache at once.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include <dummycache/history.hpp>

#include "support/checked_value.hpp"
#include "support/child.hpp"
#include "support/random.hpp"
#include "support/shared_area.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

constexpr int kProcesses = 6;

}  // namespace

BOOST_AUTO_TEST_SUITE(store_processes)

BOOST_DATA_TEST_CASE(an_entry_tells_which_process_wrote_it, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    cache->set("ours", "1");
    Child child([&] {
        Cache own = cache.attach();
        own.set("theirs", "1");
        own.append("ours and theirs", std::string(100'000, 'l'));
        return 0;
    });
    const auto pid = static_cast<std::uint32_t>(child.pid());
    BOOST_REQUIRE(child.wait() == 0);
    const History history(*cache);
    std::uint64_t seen = 0;
    cache->visit([&](const EntryView& entry) {
        const auto by = history.written(entry.key, entry.id, entry.writer).by;
        BOOST_REQUIRE(by.has_value());
        BOOST_TEST(by->pid == (entry.key == "ours" ? static_cast<std::uint32_t>(::getpid()) : pid));
        BOOST_TEST(by->is_attached == (entry.key == "ours"));
        BOOST_TEST(cache->peek(entry.key)->writer == entry.writer);
        ++seen;
        return true;
    });
    BOOST_TEST(seen == 3U);
}

BOOST_DATA_TEST_CASE(increments_of_all_processes_add_up, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    constexpr int kEach = 10'000;
    const int failed = run_processes(kProcesses, [&](int number) {
        Cache own = cache.attach(options_of(0));
        for (int i = 0; i < kEach; ++i) {
            own.incr("sum");
            own.incr("of " + std::to_string(i % 10), number + 1);
        }
    });
    BOOST_TEST(failed == 0);
    BOOST_TEST((cache->get("sum") == std::to_string(kProcesses * kEach)));
    for (int i = 0; i < 10; ++i) {
        const int expected = kEach / 10 * kProcesses * (kProcesses + 1) / 2;
        BOOST_TEST((cache->get("of " + std::to_string(i)) == std::to_string(expected)));
    }
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(appends_of_all_processes_are_all_there, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    constexpr std::size_t kEach = 600;
    constexpr std::size_t kBytes = 10;
    const int failed = run_processes(kProcesses, [&](int number) {
        Cache own = cache.attach(options_of(0));
        for (std::size_t i = 0; i < kEach; ++i)
            own.append("all", std::string(kBytes, static_cast<char>('a' + number)));
    });
    BOOST_TEST(failed == 0);
    const std::string all = cache->get("all").value();
    BOOST_TEST(all.size() == kProcesses * kEach * kBytes);
    for (int number = 0; number < kProcesses; ++number) {
        BOOST_TEST(static_cast<std::size_t>(std::count(all.begin(), all.end(), 'a' + number)) ==
                   kEach * kBytes);
    }
    for (std::size_t at = 0; at < all.size(); at += kBytes) {
        BOOST_REQUIRE((all.substr(at, kBytes) == std::string(kBytes, all[at])));
    }
}

BOOST_DATA_TEST_CASE(an_add_has_exactly_one_winner, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    SharedArea<Tally> tally;
    constexpr int kRounds = 500;
    const int failed = run_processes(kProcesses, [&](int number) {
        Cache own = cache.attach(options_of(0));
        for (int round = 0; round < kRounds; ++round) {
            if (round % 50 == 0) tally->barrier.wait_for(kProcesses);
            const std::string key = "key" + std::to_string(round);
            if (own.add(key, std::to_string(number)))
                tally->counts[static_cast<std::size_t>(round)] += 1 + (number << 8);
        }
    });
    BOOST_TEST(failed == 0);
    for (int round = 0; round < kRounds; ++round) {
        const int count = tally->counts[static_cast<std::size_t>(round)];
        BOOST_REQUIRE((count & 0xff) == 1);
        BOOST_REQUIRE((cache->get("key" + std::to_string(round)) == std::to_string(count >> 8)));
    }
}

BOOST_DATA_TEST_CASE(a_take_has_exactly_one_winner, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    SharedArea<Tally> tally;
    constexpr int kKeys = 500;
    for (int i = 0; i < kKeys; ++i)
        cache->set("key" + std::to_string(i), std::string(i % 5 == 0 ? 20'000 : 5, 'x'));
    const int failed = run_processes(kProcesses, [&](int) {
        Cache own = cache.attach(options_of(0));
        for (int i = 0; i < kKeys; ++i) {
            if (i % 50 == 0) tally->barrier.wait_for(kProcesses);
            if (own.take("key" + std::to_string(i))) tally->counts[static_cast<std::size_t>(i)] += 1;
        }
    });
    BOOST_TEST(failed == 0);
    for (std::size_t i = 0; i < kKeys; ++i) BOOST_REQUIRE(tally->counts[i] == 1);
    BOOST_TEST(cache->stats().entries == 0U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(compare_and_set_loses_no_update, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    constexpr int kEach = 1500;
    cache->set("n", "0");
    const int failed = run_processes(kProcesses, [&](int) {
        Cache own = cache.attach(options_of(0));
        for (int done = 0; done < kEach;) {
            const auto entry = own.get_entry("n");
            require(entry.has_value(), "the key is there all the time");
            done += own.set_if("n", std::to_string(std::stoi(entry->value) + 1), entry->id);
        }
    });
    BOOST_TEST(failed == 0);
    BOOST_TEST((cache->get("n") == std::to_string(kProcesses * kEach)));
}

BOOST_DATA_TEST_CASE(a_reader_never_sees_a_torn_value,
                     data::make(kNamedKinds) * data::make({200, 5'000, 40'000, 150'000}), kind, most) {
    TestCache cache(kind, options_of(4 * kMiB));
    SharedArea<Tally> tally;
    constexpr std::uint64_t kKeys = 8;
    const int sets = most > 10'000 ? 3000 : 30'000;
    const auto key_of = [](std::uint64_t number) { return "key" + std::to_string(number); };
    const auto write = [&](int number) {
        Cache own = cache.attach(options_of(0));
        Random random(static_cast<std::uint64_t>(number));
        for (int i = 0; i < sets; ++i) {
            const std::string key = key_of(random.below(kKeys));
            const auto bytes = static_cast<std::size_t>(random.below(static_cast<std::uint64_t>(most)));
            if (random.below(20) == 0) own.erase(key);
            own.set(key, checked_value(key, random.bits(), bytes));
        }
        tally->counts[0] += 1;
    };
    const auto read = [&](int number) {
        Cache own = cache.attach(options_of(0));
        Random random(static_cast<std::uint64_t>(number) + 100);
        std::string value;
        while (tally->counts[0] < 2) {
            const std::string key = key_of(random.below(kKeys));
            if (!own.get(key, value)) continue;
            require(number_in(key, value).has_value(), "a value is torn or another key's");
        }
    };
    BOOST_TEST(run_processes(4, [&](int number) { number < 2 ? write(number) : read(number); }) == 0);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_reader_always_finds_a_key_that_is_only_overwritten, data::make(kNamedKinds), kind) {
    TestCache cache(kind, options_of(16 * kMiB));
    SharedArea<Tally> tally;
    cache->set("stable", checked_value("stable", 0, 100));
    const auto write = [&] {
        Cache own = cache.attach(options_of(0));
        // Splits and compaction move entries; nothing of that may make a key vanish.
        for (std::uint64_t i = 0; i < 60'000; ++i) {
            own.set("other" + std::to_string(i % 20'000), std::string(i % 100, 'x'));
            if (i % 4 == 0) own.set("stable", checked_value("stable", i, 16 + i % 300));
        }
        tally->stop = true;
    };
    const auto read = [&] {
        Cache own = cache.attach(options_of(0));
        while (!tally->stop) {
            const auto value = own.get("stable");
            require(value.has_value(), "the key is gone");
            require(number_in("stable", *value).has_value(), "the value is torn");
        }
    };
    BOOST_TEST(run_processes(3, [&](int number) { number == 0 ? write() : read(); }) == 0);
    BOOST_TEST(cache->stats().evicted == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
