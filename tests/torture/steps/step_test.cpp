// SPDX-License-Identifier: MIT
// Goal: a process may be killed after any instruction of any operation; nobody notices more than the
// old or the new value of the key in hand, and the next writer repairs the rest.
// Method: a child is run instruction by instruction. Whenever the bytes of the segment have changed, a
// copy of them is what a kill would leave: it is read, repaired and checked. A killed process leaves a
// prefix of its stores, in program order, so no other image can come of it. The repair itself is
// stepped through as well.
// DUMMYCACHE_TEST_UNREAD_STEP: of the images that differ only in bytes which nothing leads to yet one in
// so many is checked (64). DUMMYCACHE_TEST_REPAIRS: of how many images of each operation the repair is
// stepped through (one, of some operations). The long form: 1 and 10, hours.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <iostream>

#include "support/random.hpp"
#include "torture/steps/step.hpp"
#include "torture/steps/step_scenarios.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

Steps step_through_all(const std::vector<Scenario>& scenarios) {
    Steps steps;
    for (const Scenario& scenario : scenarios) steps += step_through(scenario);
    return steps;
}

void report(const char* what, const Steps& steps, std::uint64_t at_least) {
    std::cout << what << ": " << steps << std::endl;
    BOOST_TEST(steps.images >= at_least);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(step_writes)

BOOST_AUTO_TEST_CASE(a_write_killed_at_any_instruction_is_done_or_not_done) {
    report("writes", step_through_all(test::step_writes()), 1000);
}

BOOST_AUTO_TEST_CASE(a_delete_killed_at_any_instruction_is_done_or_not_done) {
    report("deletes", step_through_all(test::step_deletes()), 100);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(step_room)

BOOST_AUTO_TEST_CASE(a_split_killed_at_any_instruction_loses_nothing) {
    report("split", step_through(step_split()), 150);
}

BOOST_AUTO_TEST_CASE(a_compaction_killed_at_any_instruction_loses_nothing) {
    report("compaction", step_through_all({step_compaction(), step_compaction_of_cleared()}), 500);
}

BOOST_AUTO_TEST_CASE(an_eviction_killed_at_any_instruction_leaves_values_whole) {
    report("eviction", step_through_all({step_eviction(), step_eviction_for_large()}), 500);
}

BOOST_AUTO_TEST_CASE(a_full_cache_that_refuses_loses_nothing) {
    report("expiry and refusal", step_through_all({step_expiry(), step_refusal()}), 300);
}

BOOST_AUTO_TEST_CASE(growth_killed_at_any_instruction_loses_nothing) {
    report("growth", step_through(step_growth()), 20);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(step_repair)

BOOST_AUTO_TEST_CASE(a_repair_killed_at_any_instruction_is_repaired) {
    const std::uint64_t repairs = number_from_environment("DUMMYCACHE_TEST_REPAIRS", 0);
    std::vector<Scenario> scenarios{step_split(), step_compaction(), step_eviction_for_large()};
    for (auto more : {test::step_writes(), test::step_deletes()}) {
        // A repair does not know what its predecessor was about: in the short form every ninth will do.
        for (std::size_t i = 2; i < more.size(); i += repairs == 0 ? 9 : 1) scenarios.push_back(more[i]);
    }
    Steps steps;
    for (const Scenario& scenario : scenarios)
        steps += step_through_repairs(scenario, std::max<std::size_t>(repairs, 1));
    report("repairs", steps, 1000);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(step_checkpoint)

BOOST_AUTO_TEST_CASE(a_change_under_a_checkpoint_killed_at_any_instruction_can_be_undone) {
    report("changes under a checkpoint", step_through_all(test::step_noted_changes()), 500);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_rollback_or_release_killed_at_any_instruction_is_done_or_not_done) {
    report("checkpoint, rollback, release", step_through_all(test::step_checkpoints()), 500);
}

BOOST_AUTO_TEST_CASE(a_load_killed_at_any_instruction_is_done_or_not_done) {
    // Most of its instructions read the file: one load is enough, kill points see the others.
    report("load", step_through(test::loads().front()), 150);
}

BOOST_AUTO_TEST_CASE(whoever_finishes_a_rollback_may_be_killed_as_well) {
    Steps steps;
    const auto repairs = std::max<std::uint64_t>(number_from_environment("DUMMYCACHE_TEST_REPAIRS", 0), 1);
    for (const Scenario& scenario : test::step_checkpoints())
        steps += step_through_repairs(scenario, repairs);
    report("repairs of checkpoints and rollbacks", steps, 500);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(step_membership)

BOOST_AUTO_TEST_CASE(a_process_that_dies_while_it_joins_or_leaves_leaves_the_cache_alone) {
    const Scenario scenario = test::step_writes().front();
    Steps steps = step_through_attach(scenario);
    steps += step_through_detach(scenario);
    // Fewer if a process of another test was in the slot before: its name stands there already.
    report("attach and detach", steps, 12);
}

BOOST_AUTO_TEST_SUITE_END()
