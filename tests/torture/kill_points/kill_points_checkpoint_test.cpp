// SPDX-License-Identifier: MIT
// Goal: a process may be killed in a checkpoint, a rollback, a release, or a load: it is done or not done.
// Method: as in kill_points_test.cpp, over both kinds of cache that outlive a process. step_test.cpp does the same
// after every instruction.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "torture/kill_points/kill_points_driver.hpp"
#include "torture/steps/step_scenarios.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

void torture_all(Kind kind, const std::vector<Scenario>& scenarios) {
    for (const Scenario& scenario : scenarios) BOOST_TEST(torture(kind, scenario) > 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kill_points_checkpoint)

BOOST_DATA_TEST_CASE(a_change_under_a_checkpoint_can_be_undone, data::make(kNamedKinds), kind) {
    torture_all(kind, step_noted_changes());
}

BOOST_DATA_TEST_CASE(a_checkpoint_rollback_or_release_is_done_or_not_done, data::make(kNamedKinds), kind) {
    torture_all(kind, step_checkpoints());
}

BOOST_DATA_TEST_CASE(records_that_say_nothing_are_dropped, data::make(kNamedKinds), kind) {
    Scenario scenario = compaction_of_records();
    scenario.most_kills = 200;
    BOOST_TEST(torture(kind, scenario) > 100);
    torture_repair(kind, scenario, 10);
}

BOOST_DATA_TEST_CASE(a_load_is_done_or_not_done, data::make(kNamedKinds), kind) {
    torture_all(kind, loads());
}

BOOST_AUTO_TEST_CASE(who_finishes_a_rollback_may_be_killed_too) {
    for (const Scenario& scenario : step_checkpoints()) torture_repair(Kind::shared, scenario, 15);
    for (const Scenario& scenario : loads()) torture_repair(Kind::shared, scenario, 15);
}

BOOST_AUTO_TEST_SUITE_END()
