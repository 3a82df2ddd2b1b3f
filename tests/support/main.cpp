// SPDX-License-Identifier: MIT
// The main function of every Boost.Test executable.
#define BOOST_TEST_MODULE dummycache
#include <boost/test/unit_test.hpp>
