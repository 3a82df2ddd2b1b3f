// SPDX-License-Identifier: MIT
#include "ipc/machine_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <ctime>

using namespace dummycache;

namespace {

constexpr std::int64_t kMinuteUs = 60'000'000;

std::int64_t microseconds_of(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_machine_clock)

// Fakes are preloaded, so tests/cli/cases_faked_clock.sh and the test of time namespaces show what happens with them.
BOOST_AUTO_TEST_CASE(the_clocks_are_those_of_the_machine) {
    const auto seen_here = static_cast<std::int64_t>(ipc::boot_us()) + ipc::process_ahead_us();
    BOOST_TEST(std::abs(seen_here - microseconds_of(CLOCK_BOOTTIME)) < kMinuteUs);
    BOOST_TEST(std::abs(ipc::wall_us() - microseconds_of(CLOCK_REALTIME)) < kMinuteUs);
    const auto before = std::chrono::steady_clock::now();
    const auto now = ipc::steady_now();
    BOOST_TEST((before <= now && now <= std::chrono::steady_clock::now()));
}

BOOST_AUTO_TEST_CASE(the_boot_clock_never_goes_back) {
    std::uint64_t last = ipc::boot_us();
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t now = ipc::boot_us();
        BOOST_REQUIRE(now >= last);
        last = now;
    }
}

BOOST_AUTO_TEST_SUITE_END()
