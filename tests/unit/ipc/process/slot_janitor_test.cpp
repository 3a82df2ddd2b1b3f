// SPDX-License-Identifier: MIT
#include "ipc/process/slot_janitor.hpp"

#include <boost/test/unit_test.hpp>

#include "ipc/os/file_descriptor.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Kind;
using ipc::Membership;
using layout::owner_word;
using layout::PageKind;

BOOST_AUTO_TEST_SUITE(ipc_slot_janitor)

BOOST_AUTO_TEST_CASE(a_retired_slot_is_nobodys_and_has_given_everything_away) {
    for (const Kind kind : kAllKinds) {
        const TestSegment segment(kind);
        Membership self(*segment);
        ipc::PageArena arena(*segment);
        layout::ProcessSlot& slot = segment->process_slots()[3];
        slot.generation.store(9);
        slot.pid.store(4711);
        slot.staging.store(2);
        segment->superblock().stagers.store(3);
        slot.counters[2].misses.store(5);
        static_cast<void>(arena.claim(owner_word(PageKind::staged, 3, 9)));
        static_cast<void>(arena.claim(owner_word(PageKind::staged, 3, 8)));
        static_cast<void>(arena.claim(owner_word(PageKind::staged, 3, 9)));
        BOOST_TEST(ipc::retire_slot(*segment, 3) == 2U);
        BOOST_TEST(slot.generation.load() == 10U);
        BOOST_TEST(slot.pid.load() == 0U);
        BOOST_TEST(slot.staging.load() == 0U);
        BOOST_TEST(segment->superblock().stagers.load() == 1U);
        BOOST_TEST(segment->superblock().retired[1].load() == 5U);
        BOOST_TEST(slot.counters[2].misses.load() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(the_number_of_stagers_never_goes_below_zero) {
    const TestSegment segment(Kind::private_memory);
    segment->process_slots()[3].staging.store(1);
    ipc::retire_slot(*segment, 3);
    BOOST_TEST(segment->superblock().stagers.load() == 0U);
}

BOOST_AUTO_TEST_CASE(a_slot_whose_byte_is_held_or_that_has_another_generation_is_not_retired) {
    const TestSegment segment(Kind::shared);
    TalkingChild child([&](Line& line) {
        const auto own = segment.name().attach();
        const Membership member(*own);
        line.say();
        static_cast<void>(line.hear());
        return 0;
    });
    BOOST_REQUIRE(child.line().hear() == 'x');
    BOOST_TEST(ipc::retire_dead_slot(*segment, 0, 1) == 0U);
    BOOST_TEST(segment->process_slots()[0].pid.load() != 0U);
    child.kill();
    ipc::retire_dead_slot(*segment, 0, 2);
    BOOST_TEST(segment->process_slots()[0].pid.load() != 0U);
    ipc::retire_dead_slot(*segment, 0, 1);
    BOOST_TEST(segment->process_slots()[0].pid.load() == 0U);
    BOOST_TEST(segment->process_slots()[0].generation.load() == 2U);
    BOOST_TEST((ipc::state_of_byte(segment->descriptor(), layout::kLivenessBase) == ipc::ByteState::free));
}

BOOST_AUTO_TEST_SUITE_END()
