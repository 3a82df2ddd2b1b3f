// SPDX-License-Identifier: MIT
// Many write the journal while one reads it.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <dummycache/events.hpp>

#include "store/layout/attachment.hpp"
#include "support/child.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;

namespace {

/// Checks that the events of each writer come in the order of its calls, and are whole.
class Order {
public:
    void see(const Event& event) {
        ++seen_;
        const std::size_t colon = event.key.find(':');
        if (event.outcome != "miss" || colon == std::string::npos || event.key_bytes != event.key.size()) {
            ++wrong_;
            return;
        }
        const long number = std::stol(event.key.substr(colon + 1));
        long& last = last_.try_emplace(event.key.substr(0, colon), -1).first->second;
        wrong_ += static_cast<int>(number <= last);
        last = number;
    }
    [[nodiscard]] std::uint64_t seen() const { return seen_; }
    [[nodiscard]] int wrong() const { return wrong_; }

private:
    std::map<std::string, long> last_;
    std::uint64_t seen_ = 0;
    int wrong_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_journal_threads)

BOOST_AUTO_TEST_CASE(each_event_is_read_or_counted_as_lost) {
    TestCache cache(Kind::shared, options_of(kMiB));  // a small ring: writers pass the reader again and again
    EventStream stream(*cache);
    std::atomic<int> running{3};
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 3; ++writer) {
        writers.emplace_back([&, writer, copy = *cache] {
            for (int i = 0; i < 50'000; ++i)
                static_cast<void>(copy.get(std::to_string(writer) + ':' + std::to_string(i)));
            --running;
        });
    }
    Order order;
    const auto visit = [&](const Event& event) { order.see(event); };
    while (running != 0) stream.read(visit);
    for (std::thread& writer : writers) writer.join();
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (order.seen() + stream.lost() < journal_info(*cache).noted &&
           std::chrono::steady_clock::now() < end)
        stream.read(visit);
    BOOST_TEST(order.wrong() == 0);
    BOOST_TEST(order.seen() + stream.lost() == journal_info(*cache).noted);
    BOOST_TEST(journal_info(*cache).noted == 150'000U);
}

BOOST_AUTO_TEST_CASE(killed_writers_hold_up_nobody) {
    TestCache cache(Kind::shared);
    EventStream stream(*cache);
    Order order;
    for (int round = 0; round < 20; ++round) {
        Child child([&] {
            const Cache own = cache.attach();
            for (int i = 0;; ++i) static_cast<void>(own.get(std::to_string(round) + ':' + std::to_string(i)));
        });
        const std::uint64_t before = order.seen();
        const auto end = std::chrono::steady_clock::now() + 60s;
        while (order.seen() < before + 1000 && std::chrono::steady_clock::now() < end)
            stream.read([&](const Event& event) { order.see(event); });
        child.kill();
    }
    BOOST_TEST(order.wrong() == 0);
    BOOST_TEST(order.seen() >= 20'000U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_SUITE_END()
