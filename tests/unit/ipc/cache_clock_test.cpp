// SPDX-License-Identifier: MIT
#include "ipc/cache_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>
#include <vector>

#include "ipc/machine_clock.hpp"
#include "tests/unit/ipc/fixtures.hpp"

namespace {

using dummycache::ipc::CacheClock;

struct ClockAtOneSecond {
    std::atomic<std::uint64_t> word{CacheClock::running_word(1'000'000)};
    CacheClock clock{word};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ipc_cache_clock, ClockAtOneSecond)

BOOST_AUTO_TEST_CASE(a_new_clock_starts_near_one_second_and_runs) {
    const std::uint64_t first = clock.now_us();
    BOOST_TEST(first >= 1'000'000U);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    BOOST_TEST(clock.now_us() >= first + 5'000);
    BOOST_TEST(!clock.frozen());
}

BOOST_AUTO_TEST_CASE(a_frozen_clock_stands_until_it_is_resumed_and_goes_on_from_there) {
    clock.freeze();
    const std::uint64_t frozen_at = clock.now_us();
    BOOST_TEST(clock.frozen());
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    BOOST_TEST(clock.now_us() == frozen_at);
    clock.freeze();
    BOOST_TEST(clock.now_us() == frozen_at);
    clock.resume();
    BOOST_TEST(!clock.frozen());
    BOOST_TEST(clock.now_us() >= frozen_at);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    BOOST_TEST(clock.now_us() >= frozen_at + 2'000);
}

BOOST_AUTO_TEST_CASE(resuming_a_running_clock_changes_nothing) {
    const std::uint64_t before = word.load();
    clock.resume();
    BOOST_TEST(word.load() == before);
}

BOOST_AUTO_TEST_CASE(advancing_moves_a_running_and_a_frozen_clock) {
    const std::uint64_t before = clock.now_us();
    clock.advance(3'600'000'000U);
    BOOST_TEST(clock.now_us() >= before + 3'600'000'000U);
    clock.freeze();
    const std::uint64_t frozen_at = clock.now_us();
    clock.advance(7);
    BOOST_TEST(clock.now_us() == frozen_at + 7);
    clock.advance(0);
    BOOST_TEST(clock.now_us() == frozen_at + 7);
    clock.resume();
    BOOST_TEST(clock.now_us() >= frozen_at + 7);
}

BOOST_AUTO_TEST_CASE(setting_moves_it_back_and_forth_but_never_to_zero) {
    clock.freeze();
    clock.set(42);
    BOOST_TEST(clock.now_us() == 42U);
    BOOST_TEST(clock.frozen());
    clock.set(0);
    BOOST_TEST(clock.now_us() == 1U);
    clock.resume();
    clock.set(500);
    BOOST_TEST(clock.now_us() >= 500U);
    BOOST_TEST(!clock.frozen());
    clock.set(9'000'000'000'000U);
    BOOST_TEST(clock.now_us() >= 9'000'000'000'000U);
}

BOOST_AUTO_TEST_CASE(setting_unless_back_moves_on_and_refuses_the_past) {
    BOOST_TEST(!clock.set_unless_back(500));
    BOOST_TEST(clock.now_us() >= 1'000'000U);
    BOOST_TEST(clock.set_unless_back(3'600'000'000U));
    BOOST_TEST(clock.now_us() >= 3'600'000'000U);
    BOOST_TEST(!clock.frozen());
    clock.freeze();
    const std::uint64_t frozen_at = clock.now_us();
    BOOST_TEST(!clock.set_unless_back(frozen_at - 1));
    BOOST_TEST(clock.set_unless_back(frozen_at));
    BOOST_TEST(clock.set_unless_back(frozen_at + 1));
    BOOST_TEST(clock.now_us() == frozen_at + 1);
    BOOST_TEST(clock.frozen());
}

BOOST_AUTO_TEST_CASE(setting_unless_back_sees_a_step_that_somebody_else_makes_just_then) {
    for (const bool frozen : {false, true}) {
        if (frozen) clock.freeze();
        static std::atomic<std::uint64_t>* moved;
        moved = &word;
        dummycache::ipc::kill_point_hook = [](const char*) {
            dummycache::ipc::kill_point_hook = nullptr;
            CacheClock(*moved).advance(3'600'000'000U);
        };
        const std::uint64_t before = clock.now_us();
        BOOST_TEST(!clock.set_unless_back(before + 1'000'000));
        BOOST_TEST((dummycache::ipc::kill_point_hook == nullptr));
        BOOST_TEST(clock.now_us() >= before + 3'600'000'000U);
    }
}

BOOST_AUTO_TEST_CASE(a_reading_is_of_one_moment) {
    clock.advance(5'000'000);
    const auto running = clock.read();
    BOOST_TEST(!running.frozen);
    BOOST_TEST(static_cast<std::int64_t>(running.now_us) - running.offset_us <=
               static_cast<std::int64_t>(dummycache::ipc::boot_us()));
    BOOST_TEST(clock.read().offset_us == running.offset_us);
    clock.freeze();
    BOOST_TEST(clock.read().frozen);
    BOOST_TEST(clock.read().now_us == clock.now_us());
}

BOOST_AUTO_TEST_CASE(absurd_steps_are_refused_and_do_not_wrap) {
    clock.freeze();
    clock.set(1'000);
    for (const std::uint64_t step : {CacheClock::kLatest, ~std::uint64_t{0}, ~std::uint64_t{0} - 999}) {
        BOOST_TEST(!clock.advance(step));
        BOOST_TEST(clock.now_us() == 1'000);
    }
    BOOST_TEST(clock.advance(CacheClock::kLatest - 1'000));
    BOOST_TEST(clock.now_us() == CacheClock::kLatest);
    BOOST_TEST(!clock.advance(1));
    BOOST_TEST(clock.advance(0));
    clock.set(~std::uint64_t{0});
    BOOST_TEST(clock.now_us() == CacheClock::kLatest);
    BOOST_TEST(clock.frozen());
    clock.resume();
    BOOST_TEST(!clock.advance(~std::uint64_t{0}));
    BOOST_TEST(clock.now_us() >= CacheClock::kLatest);
    BOOST_TEST(!clock.frozen());
}

BOOST_AUTO_TEST_CASE(every_step_of_many_threads_counts) {
    clock.freeze();
    const std::uint64_t before = clock.now_us();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([this] {
            for (int step = 0; step < 10'000; ++step) clock.advance(3);
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(clock.now_us() == before + 4 * 10'000 * 3);
}

BOOST_AUTO_TEST_CASE(every_process_sees_the_same_frozen_instant) {
    using namespace dummycache::test;
    const TestSegment segment(dummycache::ipc::Kind::shared);
    CacheClock shared(segment->superblock().clock);
    BOOST_TEST(shared.now_us() >= 1'000'000U);
    shared.freeze();
    shared.set(77'000'000);
    TalkingChild child([&](Line&) {
        const auto own = segment.name().attach();
        CacheClock seen(own->superblock().clock);
        if (!seen.frozen() || seen.now_us() != 77'000'000U) return 1;
        seen.advance(5);
        return 0;
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(shared.now_us() == 77'000'005U);
}

BOOST_AUTO_TEST_CASE(a_clock_goes_on_after_a_boot_where_it_would_be_by_now) {
    constexpr std::int64_t kDay = 86'400'000'000;
    const std::uint64_t before = clock.now_us();
    const auto a_day_later = static_cast<std::int64_t>(dummycache::ipc::boot_us()) + kDay;
    word = CacheClock::word_after_boot(word, a_day_later);
    BOOST_TEST(clock.now_us() >= before + kDay);
    BOOST_TEST(clock.now_us() < before + 2 * kDay);
}

BOOST_AUTO_TEST_CASE(a_frozen_clock_stands_still_over_a_boot_and_no_clock_comes_before_1) {
    std::atomic<std::uint64_t> early{
        CacheClock::word_after_boot(CacheClock::running_word(5), -1'000'000'000)};
    BOOST_TEST(CacheClock(early).now_us() >= 1U);
    BOOST_TEST(CacheClock(early).now_us() < 60'000'000U);
    clock.freeze();
    BOOST_TEST(CacheClock::word_after_boot(word, 7) == word);
}

BOOST_AUTO_TEST_SUITE_END()
