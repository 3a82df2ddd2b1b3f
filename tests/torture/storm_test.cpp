// SPDX-License-Identifier: MIT
// Goal: processes that write as fast as they can are killed at random instants, not only at kill
// points; nothing that was acknowledged is lost, and no reader sees a torn value.
// Method: writers count in the cache and tell the parent through a pipe how far they are; the parent
// kills one after the other, compares, and starts it again.
#include <boost/test/unit_test.hpp>

#include <iostream>
#include <memory>

#include <poll.h>

#include "support/checked_value.hpp"
#include "support/child.hpp"
#include "support/random.hpp"
#include "support/shared_area.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

constexpr int kWriters = 4;
constexpr std::uint64_t kKeys = 300;

std::string counter_of(int number) { return "counter" + std::to_string(number); }
std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }

void write_something(Cache& cache, Random& random) {
    const std::string key = key_of(random.below(kKeys));
    const std::uint64_t bytes = random.below(std::uint64_t{1} << random.below(17));
    switch (random.below(10)) {
        case 0: cache.erase(key); break;
        case 1: cache.touch(key, std::chrono::seconds(1000)); break;
        case 2: cache.take(key); break;
        case 3:
            cache.append("appended" + std::to_string(random.below(5)), std::string(bytes % 1000, 'a'));
            break;
        case 4: cache.erase("appended" + std::to_string(random.below(5))); break;
        default: cache.set(key, checked_value(key, random.bits(), bytes)); break;
    }
}

void write_for_ever(const TestCache& cache, int number, const Pipe& acknowledged, std::uint64_t stream) {
    Cache own = cache.attach(options_of(0));
    Random random(stream);
    for (;;) {
        acknowledged.write(own.incr(counter_of(number)));
        for (int i = 0; i < 10; ++i) write_something(own, random);
    }
}

void read_until(const TestCache& cache, const Tally& tally) {
    Cache own = cache.attach(options_of(0));
    Random random(999);
    while (!tally.stop) {
        const std::string key = key_of(random.below(kKeys));
        const auto value = own.get(key);
        require(!value || number_in(key, *value).has_value(), "a value is torn or another key's");
    }
}

/// A writer, what it acknowledged, and how often it was started.
struct Writer {
    std::unique_ptr<Pipe> acknowledged = std::make_unique<Pipe>();
    std::unique_ptr<Child> process;
    std::int64_t last = 0;

    void drain() {
        pollfd ready{acknowledged->read_end(), POLLIN, 0};
        while (::poll(&ready, 1, 0) == 1) last = acknowledged->read<std::int64_t>();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(storm)

BOOST_AUTO_TEST_CASE(killed_writers_lose_nothing_that_was_acknowledged) {
    const std::uint64_t seconds = number_from_environment("DUMMYCACHE_TEST_STORM_SECONDS", 10);
    TestCache cache(Kind::shared, options_of(64 * kMiB));
    SharedArea<Tally> tally;
    Random random(5);
    std::uint64_t kills = 0;
    Writer writers[kWriters];
    const auto start = [&](int number) {
        const std::uint64_t stream = 1000 + kills * kWriters + static_cast<std::uint64_t>(number);
        writers[number].process = std::make_unique<Child>(
            [&, number, stream] { write_for_ever(cache, number, *writers[number].acknowledged, stream); });
    };
    for (int number = 0; number < kWriters; ++number) start(number);
    Child reader([&] { read_until(cache, *tally); });

    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    for (; std::chrono::steady_clock::now() < end; ++kills) {
        const int number = static_cast<int>(random.below(kWriters));
        Writer& writer = writers[number];
        for (auto wait = random.below(20); wait != 0; --wait) {
            ::usleep(1000);
            for (Writer& each : writers) each.drain();
        }
        BOOST_REQUIRE(writer.process->kill() == -SIGKILL);
        writer.drain();
        const std::int64_t now = std::stoll(cache->get(counter_of(number)).value_or("0"));
        BOOST_REQUIRE(now >= writer.last);
        BOOST_REQUIRE(now <= writer.last + 1);
        writer.last = now;
        if (kills % 20 == 0) BOOST_REQUIRE(problems_of(*cache) == "");
        start(number);
    }
    for (Writer& writer : writers) writer.process->kill();
    tally->stop = true;
    BOOST_TEST(reader.wait() == 0);
    BOOST_TEST(problems_of(*cache) == "");
    const Stats stats = cache->stats();
    BOOST_TEST(stats.evicted == 0U);
    std::cout << kills << " kills, " << stats.recoveries << " repairs, " << stats.sets << " sets"
              << std::endl;
}

BOOST_AUTO_TEST_SUITE_END()
