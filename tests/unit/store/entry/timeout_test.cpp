// SPDX-License-Identifier: MIT
#include "dummycache/timeout.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using dummycache::Timeout;
using namespace std::chrono_literals;
using Kind = Timeout::Kind;
using Seconds = std::chrono::duration<double>;

namespace {

bool is(const Timeout& timeout, Kind kind) { return timeout.kind() == kind; }
bool is(const Timeout& timeout, std::int64_t microseconds) {
    return is(timeout, Kind::finite) && timeout.microseconds() == microseconds;
}
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

BOOST_AUTO_TEST_SUITE(store_timeout)

BOOST_AUTO_TEST_CASE(none_is_for_ever) {
    BOOST_TEST(is(Timeout{}, Kind::forever));
    BOOST_TEST(is(Timeout::forever(), Kind::forever));
}

BOOST_AUTO_TEST_CASE(zero_and_less_is_over) {
    BOOST_TEST(is(Timeout(0s), Kind::over));
    BOOST_TEST(is(Timeout(-1ns), Kind::over));
    BOOST_TEST(is(Timeout(Seconds(-0.0)), Kind::over));
    BOOST_TEST(is(Timeout(Seconds(std::numeric_limits<double>::lowest())), Kind::over));
    BOOST_TEST(is(Timeout(std::chrono::hours::min()), Kind::over));
    BOOST_TEST(is(Timeout(std::chrono::nanoseconds::min()), Kind::over));
}

BOOST_AUTO_TEST_CASE(nan_and_infinity_are_invalid) {
    BOOST_TEST(is(Timeout(Seconds(kInfinity)), Kind::invalid));
    BOOST_TEST(is(Timeout(Seconds(-kInfinity)), Kind::invalid));
    BOOST_TEST(is(Timeout(Seconds(kInfinity - kInfinity)), Kind::invalid));
    BOOST_TEST(
        is(Timeout(std::chrono::duration<float>(std::numeric_limits<float>::quiet_NaN())), Kind::invalid));
}

BOOST_AUTO_TEST_CASE(a_part_of_a_microsecond_counts_as_a_whole_one) {
    BOOST_TEST(is(Timeout(1ns), 1));
    BOOST_TEST(is(Timeout(999ns), 1));
    BOOST_TEST(is(Timeout(1000ns), 1));
    BOOST_TEST(is(Timeout(1001ns), 2));
    BOOST_TEST(is(Timeout(Seconds(std::numeric_limits<double>::denorm_min())), 1));
    BOOST_TEST(is(Timeout(Seconds(0.5)), 500'000));
    BOOST_TEST(is(Timeout(2min), 120'000'000));
}

BOOST_AUTO_TEST_CASE(a_thousand_years_are_for_ever) {
    constexpr std::int64_t kSeconds = 1000LL * 36'525 * 864;
    BOOST_TEST(is(Timeout(std::chrono::seconds(kSeconds)), Kind::forever));
    BOOST_TEST(is(Timeout(std::chrono::seconds(kSeconds - 1)), (kSeconds - 1) * 1'000'000));
    BOOST_TEST(is(Timeout(std::chrono::hours::max()), Kind::forever));
    BOOST_TEST(is(Timeout(Seconds(std::numeric_limits<double>::max())), Kind::forever));
}

BOOST_AUTO_TEST_CASE(it_can_be_had_at_compile_time) {
    constexpr Timeout timeout = 5s;
    static_assert(timeout.kind() == Kind::finite && timeout.microseconds() == 5'000'000);
    BOOST_TEST(is(timeout, 5'000'000));
}

BOOST_AUTO_TEST_SUITE_END()
