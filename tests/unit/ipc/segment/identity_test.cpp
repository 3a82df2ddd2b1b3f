// SPDX-License-Identifier: MIT
#include "ipc/segment/identity.hpp"

#include <boost/test/unit_test.hpp>

#include <ctime>

#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Fault;
using ipc::Kind;
using layout::Identity;

BOOST_AUTO_TEST_SUITE(ipc_identity)

BOOST_AUTO_TEST_CASE(every_capacity_is_used_up_to_a_page_and_never_exceeded) {
    for (std::uint64_t capacity = 1U << 20; capacity <= std::uint64_t{512} << 30;
         capacity = capacity * 2 + 4711) {
        BOOST_TEST_CONTEXT(capacity) {
            const Identity identity = ipc::plan_identity(small_plan(capacity), Kind::shared);
            const std::uint64_t arena_end = identity.arena_offset + identity.pages * layout::kPageBytes;
            BOOST_TEST(arena_end <= capacity);
            BOOST_TEST(capacity - arena_end < layout::kPageBytes + 3 * 4096U);
            BOOST_TEST(identity.free_map_offset % 4096 == 0U);
            BOOST_TEST((identity.page_table_offset - identity.free_map_offset) * 8 >= identity.pages);
            BOOST_TEST(identity.arena_offset - identity.page_table_offset >=
                       identity.pages * sizeof(layout::PageInfo));
            BOOST_TEST(identity.segment_bytes == arena_end + layout::journal_bytes_for(capacity));
        }
    }
}

BOOST_AUTO_TEST_CASE(plans_that_cannot_be_are_refused) {
    const auto fault = [](auto change) {
        ipc::SegmentPlan plan = small_plan();
        change(plan);
        return fault_of([&] { static_cast<void>(ipc::plan_identity(plan, Kind::shared)); });
    };
    BOOST_TEST(fault([](ipc::SegmentPlan& plan) { plan.process_slots = 0; }) == number(Fault::system));
    BOOST_TEST(fault([](ipc::SegmentPlan& plan) { plan.process_slots = 1025; }) == number(Fault::system));
    BOOST_TEST(fault([](ipc::SegmentPlan& plan) { plan.parameters.resize(9); }) == number(Fault::system));
    BOOST_TEST(fault([](ipc::SegmentPlan& plan) { plan.objects.resize(7); }) == number(Fault::system));
    BOOST_TEST(fault([](ipc::SegmentPlan& plan) { plan.capacity_bytes = 1; }) == number(Fault::no_space));
    BOOST_TEST(fault([](ipc::SegmentPlan& plan) { plan.process_slots = 1024; }) == -1);
}

BOOST_AUTO_TEST_CASE(the_mode_keeps_permission_bits_only_and_the_owner_keeps_access) {
    ipc::SegmentPlan plan = small_plan();
    plan.mode = 07077;
    BOOST_TEST(ipc::plan_identity(plan, Kind::file).mode == 0677U);
}

BOOST_AUTO_TEST_CASE(the_layers_hash_is_mixed_with_our_own) {
    BOOST_TEST(ipc::mixed_layout_hash(1) != 1U);
    BOOST_TEST(ipc::mixed_layout_hash(1) != ipc::mixed_layout_hash(2));
    BOOST_TEST(ipc::plan_identity(small_plan(), Kind::file).layout_hash ==
               ipc::mixed_layout_hash(kTestLayout));
}

BOOST_AUTO_TEST_CASE(a_whole_identity_is_accepted_and_its_offsets_come_back) {
    const TestSegment segment(Kind::shared);
    const Identity& identity = segment->identity();
    BOOST_TEST(ipc::check_identity(identity, identity.segment_bytes).reason == "");
    BOOST_TEST(ipc::has_magic(identity));
    const auto offsets = ipc::object_offsets(identity);
    BOOST_REQUIRE(offsets.size() == 5U);
    BOOST_TEST(offsets[ipc::kSuperblockObject] == identity.superblock_offset);
    BOOST_TEST(offsets[ipc::kProcessesObject] == identity.process_table_offset);
    BOOST_TEST(offsets[ipc::kClientsObject] == identity.client_table_offset);
    BOOST_TEST(offsets[3] == identity.store[ipc::kStoreObjects]);
    BOOST_TEST(identity.boot_id[0] + identity.boot_id[7] + identity.boot_id[15] != 0);
    BOOST_TEST(identity.created_us > 1'600'000'000'000'000U);
}

BOOST_AUTO_TEST_CASE(the_moment_of_the_boot_is_in_it) {
    const auto boot = [] {
        const auto of = [](clockid_t clock) {
            timespec now{};
            ::clock_gettime(clock, &now);
            return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
        };
        return of(CLOCK_REALTIME) - of(CLOCK_BOOTTIME);
    };
    // The wall clock may be adjusted a little meanwhile.
    constexpr std::int64_t kSlack = 500'000;
    const std::int64_t before = boot();
    const Identity identity = ipc::plan_identity(small_plan(), Kind::file);
    BOOST_TEST(identity.boot_realtime_us >= before - kSlack);
    BOOST_TEST(identity.boot_realtime_us <= boot() + kSlack);
}

BOOST_AUTO_TEST_SUITE_END()
