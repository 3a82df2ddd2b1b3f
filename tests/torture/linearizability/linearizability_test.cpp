// SPDX-License-Identifier: MIT
// Goal: the calls of all processes on a key happen one at a time, each between its beginning and its
// end, and a call that was killed happened once or never.
// Method: processes call at random on few keys and write down begin, end and answer by a clock that
// they share, while one after the other is killed. Then each key's calls are searched for an order
// that explains every answer (linearizability_checker.hpp).
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <iostream>
#include <memory>

#include "support/child.hpp"
#include "support/random.hpp"
#include "support/shared_area.hpp"
#include "torture/linearizability/linearizability_caller.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

constexpr std::uint64_t kCalls = 30'000;
constexpr std::uint64_t kKills = 300;
constexpr std::uint64_t kLongestNapUs = 2000;

/// Processes that call until they are killed or told to stop.
class Callers {
public:
    Callers(TestCache& cache, CallLogs& logs) : cache_(cache), logs_(logs) {
        for (int number = 0; number < kCallers; ++number) start(number);
    }

    void kill(int number) {
        const int result = process(number)->kill();
        BOOST_REQUIRE(result == -SIGKILL);
        logs_.close(number);
        start(number);
    }

    void stop() {
        logs_.stop = true;
        for (int number = 0; number < kCallers; ++number) BOOST_TEST(process(number)->wait() == 0);
    }

private:
    [[nodiscard]] std::unique_ptr<Child>& process(int number) {
        return processes_[static_cast<std::size_t>(number)];
    }
    void start(int number) {
        const std::uint64_t stream = stream_++;
        process(number) = std::make_unique<Child>([&, number, stream] {
            Cache own = stream % 2 == 0 ? *cache_ : cache_.attach(options_of(0));
            call_at_random(own, logs_, number, stream);
        });
    }

    TestCache& cache_;
    CallLogs& logs_;
    std::array<std::unique_ptr<Child>, kCallers> processes_;
    std::uint64_t stream_ = 0;
};

std::uint64_t run(TestCache& cache, CallLogs& logs) {
    Random random(1'000'000);
    Callers callers(cache, logs);
    std::uint64_t kills = 0;
    while (kills < kKills || logs.all_calls() < kCalls) {
        ::usleep(static_cast<useconds_t>(random.below(kLongestNapUs)));
        callers.kill(static_cast<int>(random.below(kCallers)));
        ++kills;
    }
    callers.stop();
    return kills;
}

/// How many of the calls began before another one ended: without those there is nothing to check.
std::uint64_t overlapping(const std::vector<Call>& calls) {
    std::vector<const Call*> by_begin;
    for (const Call& call : calls) by_begin.push_back(&call);
    std::sort(by_begin.begin(), by_begin.end(), [](auto* a, auto* b) { return a->begin < b->begin; });
    std::uint64_t count = 0;
    std::uint64_t latest_end = 0;
    for (const Call* const call : by_begin) {
        count += call->begin < latest_end;
        latest_end = std::max(latest_end, call->end);
    }
    return count;
}

/// The same history, but for one answer.
void check_that_a_wrong_answer_is_found(std::vector<Call> calls) {
    const auto read = std::find_if(calls.begin(), calls.end(), [&](const Call& call) {
        return call.kind == Call::Kind::get && call.yes && !call.was_killed && &call - &calls[0] > 100;
    });
    BOOST_REQUIRE((read != calls.end()));
    ++read->value;
    BOOST_TEST(linearizability_problem(calls) != "");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(linearizability)

BOOST_DATA_TEST_CASE(calls_of_killed_and_living_processes_have_an_order, data::make(kNamedKinds), kind) {
    TestCache cache(kind, options_of(16 * kMiB));
    const auto logs = std::make_unique<SharedArea<CallLogs>>();
    const std::uint64_t kills = run(cache, **logs);
    std::uint64_t calls = 0;
    std::uint64_t overlaps = 0;
    std::uint64_t killed = 0;
    for (std::uint32_t key = 0; key < kHotKeys; ++key) {
        const std::vector<Call> history = (*logs)->calls_on(key);
        BOOST_TEST(linearizability_problem(history) == "", "key " << key);
        check_that_a_wrong_answer_is_found(history);
        calls += history.size();
        overlaps += overlapping(history);
        for (const Call& call : history) killed += call.was_killed;
    }
    const Stats stats = cache->stats();
    std::cout << calls << " calls on " << kHotKeys << " keys checked, " << overlaps << " overlap, " << kills
              << " kills, " << killed << " inside such a call, " << stats.recoveries << " repairs, "
              << stats.splits << " splits, " << stats.clears << " clears, " << stats.moved_bytes
              << " bytes moved" << std::endl;
    BOOST_TEST(overlaps > 0U);
    BOOST_TEST(killed > 0U);
    BOOST_TEST(stats.evicted == 0U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_SUITE_END()
