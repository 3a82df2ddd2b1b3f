// SPDX-License-Identifier: MIT
#include "ipc/os/round_up.hpp"

#include <boost/test/unit_test.hpp>

using dummycache::ipc::round_up;

BOOST_AUTO_TEST_SUITE(ipc_round_up)

BOOST_AUTO_TEST_CASE(a_multiple_stays_and_anything_else_becomes_the_next_one) {
    BOOST_TEST(round_up(0, 64) == 0U);
    BOOST_TEST(round_up(1, 64) == 64U);
    BOOST_TEST(round_up(64, 64) == 64U);
    BOOST_TEST(round_up(65, 64) == 128U);
    BOOST_TEST(round_up(10, 3) == 12U);
}

BOOST_AUTO_TEST_SUITE_END()
