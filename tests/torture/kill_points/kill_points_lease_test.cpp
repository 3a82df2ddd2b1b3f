// SPDX-License-Identifier: MIT
// Goal: a process may be killed while it gets, fills or abandons a lease.
// Method: a child dies at its n-th kill point, for every n; then the parent asks for the same key.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "dummycache/lease.hpp"
#include "support/child.hpp"
#include "support/kill_points.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(kill_points_lease)

BOOST_DATA_TEST_CASE(a_holder_that_dies_anywhere_leaves_the_value_or_a_lease_to_be_had,
                     data::make(kNamedKinds) * data::make({false, true}), kind, fills) {
    std::uint64_t deaths = 0;
    for (bool died = true; died; ++deaths) {
        BOOST_TEST_CONTEXT("killed at " << deaths + 1) {
            TestCache cache(kind, options_of(2 * kMiB));
            Child child([&] {
                Cache own = Cache::attach(cache.name());
                die_at(deaths + 1);
                ValueOrLease found = get_or_lease(own, "a", std::chrono::hours(1));
                if (fills) found.lease->fill("child");
            });
            const int result = child.wait();
            BOOST_REQUIRE((result == 0 || result == -SIGKILL));
            died = result != 0;
            ValueOrLease found = get_or_lease(*cache, "a", std::chrono::hours(1));
            BOOST_REQUIRE((found.value == "child" || found.lease));
            if (found.lease) BOOST_TEST(found.lease->fill("parent"));
            BOOST_TEST(problems_of(*cache) == "");
        }
    }
    BOOST_TEST(deaths > 5U);
}

BOOST_AUTO_TEST_SUITE_END()
