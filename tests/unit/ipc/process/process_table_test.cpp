// SPDX-License-Identifier: MIT
#include "ipc/process/process_table.hpp"

#include <boost/test/unit_test.hpp>

#include <mutex>
#include <set>
#include <thread>

#include <fcntl.h>

#include "ipc/os/file_descriptor.hpp"
#include "tests/unit/ipc/fixtures.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Acquired;
using ipc::Fault;
using ipc::Kind;
using ipc::Membership;

namespace {

/// A child that is attached to the segment and waits; says its slot.
std::unique_ptr<TalkingChild> attached_child(const TestSegment& segment) {
    return std::make_unique<TalkingChild>([&](Line& line) {
        const auto own = segment.name().attach();
        Membership self(*own);
        line.say(static_cast<char>('0' + self.slot()));
        static_cast<void>(line.hear());
        return 0;
    });
}

/// A process in each of the segment's slots.
std::vector<std::unique_ptr<TalkingChild>> full_table(const TestSegment& segment) {
    std::vector<std::unique_ptr<TalkingChild>> children;
    for (int i = 0; i < 8; ++i) {
        children.push_back(attached_child(segment));
        BOOST_REQUIRE(children.back()->line().hear() == '0' + i);
    }
    return children;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_process_table)

BOOST_AUTO_TEST_CASE(a_member_stands_in_its_slot_with_everything_that_tells_it_apart) {
    for (const Kind kind : kAllKinds) {
        const TestSegment segment(kind);
        Membership self(*segment);
        const layout::ProcessSlot& slot = segment->process_slots()[self.slot()];
        BOOST_TEST(self.slot() == 0U);
        BOOST_TEST(self.generation() == 1U);
        BOOST_TEST(self.token() == ((std::uint64_t{1} << 32) | 1U));
        BOOST_TEST(slot.generation.load() == 1U);
        BOOST_TEST(slot.pid.load() == static_cast<std::uint32_t>(::getpid()));
        BOOST_TEST(self.pid_of(0) == static_cast<std::uint32_t>(::getpid()));
        BOOST_TEST(slot.start_time.load() != 0U);
        BOOST_TEST(slot.pid_namespace.load() != 0U);
        BOOST_TEST(slot.uid.load() == ::geteuid());
        BOOST_TEST(std::string(slot.name) == std::string(program_invocation_short_name).substr(0, 27));
        BOOST_TEST(self.pid_of(1) == 0U);
        BOOST_TEST(self.pid_of(4711) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(whoever_leaves_gives_the_slot_back_and_the_next_has_another_generation) {
    for (const Kind kind : kAllKinds) {
        const TestSegment segment(kind);
        std::uint64_t before = 0;
        {
            Membership self(*segment);
            before = self.token();
        }
        BOOST_TEST(segment->process_slots()[0].pid.load() == 0U);
        Membership self(*segment);
        BOOST_TEST(self.slot() == 0U);
        BOOST_TEST(self.token() != before);
        BOOST_TEST(self.is_dead(0, static_cast<std::uint32_t>(before >> 32)));
        BOOST_TEST(!self.is_dead(0, self.generation()));
    }
}

BOOST_AUTO_TEST_CASE(members_of_one_process_and_of_others_have_slots_of_their_own) {
    const TestSegment segment(Kind::shared);
    Membership one(*segment);
    const auto own = segment.name().attach();
    Membership two(*own);
    const auto child = attached_child(segment);
    BOOST_TEST(one.slot() == 0U);
    BOOST_TEST(two.slot() == 1U);
    BOOST_TEST(child->line().hear() == '2');
    BOOST_TEST(!one.is_dead(1, two.generation()));
    BOOST_TEST(!one.is_dead(2, segment->process_slots()[2].generation.load()));
    BOOST_TEST(one.pid_of(2) == static_cast<std::uint32_t>(child->pid()));
}

BOOST_AUTO_TEST_CASE(a_full_table_is_busy_until_somebody_leaves_or_dies) {
    const TestSegment segment(Kind::shared);
    const auto children = full_table(segment);
    Membership guest(*segment);  // it can read
    const auto write = [&] { static_cast<void>(guest.token()); };
    BOOST_TEST(fault_of(write) == number(Fault::busy));
    BOOST_TEST(message_of(write).find("all 8 places") != std::string::npos);
    BOOST_TEST(!guest.try_join());
    children[5]->kill();
    {
        Membership self(*segment);
        BOOST_TEST(self.slot() == 5U);
    }
    children[2]->line().say();
    BOOST_TEST(children[2]->wait() == 0);
    BOOST_TEST(guest.try_join());
    BOOST_TEST(guest.slot() == 2U);
}

BOOST_AUTO_TEST_CASE(a_guest_waits_for_a_slot_as_long_as_it_may) {
    const TestSegment segment(Kind::shared);
    const auto children = full_table(segment);
    Membership patient(*segment, std::chrono::minutes(1));
    std::thread leaver([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        children[3]->kill();
    });
    BOOST_TEST(patient.slot() == 3U);
    leaver.join();
}

BOOST_AUTO_TEST_CASE(a_segment_with_a_guest_is_in_use) {
    const TestSegment segment(Kind::shared);
    const auto children = full_table(segment);
    {
        const Membership guest(*segment);
        for (const auto& child : children) child->kill();
        BOOST_TEST(ipc::Segment::in_use(segment->name()));
    }
    BOOST_TEST(!ipc::Segment::in_use(segment->name()));
}

BOOST_AUTO_TEST_CASE(a_removed_segment_takes_no_members_and_keeps_no_slot) {
    for (const Kind kind : kNamedKinds) {
        const TestSegment segment(kind);
        ipc::Segment::remove(segment->name(), kLockTimeoutMs);
        const auto join = [&] { const Membership self(*segment); };
        BOOST_TEST(fault_of(join) == number(Fault::removed));
        BOOST_TEST(segment->process_slots()[0].pid.load() == 0U);
        const ipc::FileDescriptor again(segment->open_again());
        BOOST_TEST((ipc::state_of_byte(again.get(), layout::kLivenessBase) == ipc::ByteState::free));
    }
}

BOOST_AUTO_TEST_CASE(counters_are_the_threads_own_stripe_and_are_kept_when_a_member_leaves) {
    for (const Kind kind : kAllKinds) {
        const TestSegment segment(kind);
        {
            Membership self(*segment);
            std::set<const void*> stripes;
            std::mutex mutex;
            std::vector<std::thread> threads;
            for (int i = 0; i < 4; ++i) {
                threads.emplace_back([&] {
                    layout::ReadCounters& own = self.counters();
                    for (int hit = 0; hit < 100; ++hit) own.hits.fetch_add(1);
                    own.misses.fetch_add(2);
                    own.retries.fetch_add(3);
                    const std::scoped_lock lock(mutex);
                    stripes.insert(&own);
                });
            }
            for (std::thread& thread : threads) thread.join();
            BOOST_TEST(stripes.size() == 4U);
            BOOST_TEST(hits_of(segment->process_slots()[self.slot()]) == 400U);
        }
        BOOST_TEST(segment->superblock().retired[0].load() == 400U);
        BOOST_TEST(segment->superblock().retired[1].load() == 8U);
        BOOST_TEST(segment->superblock().retired[2].load() == 12U);
        Membership next(*segment);
        BOOST_TEST(hits_of(segment->process_slots()[next.slot()]) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(counters_of_the_dead_are_folded_by_whoever_takes_their_slot) {
    const TestSegment segment(Kind::shared);
    TalkingChild child([&](Line& line) {
        Membership self(*segment);
        self.counters().hits.store(42);
        line.say();
        ::pause();
        return 0;
    });
    BOOST_REQUIRE(child.line().hear() == 'x');
    child.kill();
    BOOST_TEST(segment->superblock().retired[0].load() == 0U);
    const Membership self(*segment);
    BOOST_TEST(segment->superblock().retired[0].load() == 42U);
    BOOST_TEST(hits_of(segment->process_slots()[0]) == 0U);
}

BOOST_AUTO_TEST_CASE(a_process_that_lost_its_descriptors_keeps_its_slot) {
    const TestSegment segment(Kind::shared);
    TalkingChild child([&](Line& line) {
        Membership self(*segment);
        for (int descriptor = 3; descriptor < 1000; ++descriptor) {
            std::error_code error;
            const auto target =
                std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), error);
            if (!error && target.string().find("dummycache") != std::string::npos) ::close(descriptor);
        }
        line.say();
        static_cast<void>(line.hear());
        return self.generation() == 1 ? 0 : 1;
    });
    BOOST_REQUIRE(child.line().hear() == 'x');
    const ipc::FileDescriptor again(segment->open_again());
    BOOST_TEST((ipc::state_of_byte(again.get(), layout::kLivenessBase) == ipc::ByteState::free));
    Membership self(*segment);
    BOOST_TEST(self.slot() == 1U);
    BOOST_TEST(!self.is_dead(0, 1));
    BOOST_TEST(child.kill() == -SIGKILL);
    BOOST_TEST(self.is_dead(0, 1));
}

#if defined(DUMMYCACHE_KILL_POINTS)
BOOST_AUTO_TEST_CASE(a_member_killed_anywhere_while_it_joins_or_leaves_leaves_a_slot_for_the_next) {
    const TestSegment segment(Kind::shared);
    const auto body = [&] {
        Membership self(*segment);
        self.counters().hits.fetch_add(1);
        segment->superblock().stagers.fetch_add(1);
        segment->process_slots()[self.slot()].staging.store(1);
        ipc::PageArena arena(*segment);
        const auto page =
            arena.claim(layout::owner_word(layout::PageKind::staged, self.slot(), self.generation()));
        if (!page) ::_exit(50);
    };
    const int deaths = die_at_every_point(body, [&](int nth) {
        BOOST_TEST_CONTEXT("kill point " << nth) {
            Membership self(*segment);
            BOOST_TEST(self.slot() == 0U);
            BOOST_TEST(segment->process_slots()[0].staging.load() == 0U);
            BOOST_TEST(segment->superblock().stagers.load() <= static_cast<std::uint64_t>(nth));
            for (std::uint32_t page = 0; page < segment->superblock().committed.load(); ++page) {
                BOOST_TEST(segment->page_info(page).owner.load() == 0U);
            }
        }
    });
    BOOST_TEST(deaths >= 12);
    ipc::PageArena arena(*segment);
    arena.rebuild_free_map();
    std::uint64_t pages = 0;
    while (arena.claim(7)) ++pages;
    BOOST_TEST(pages == segment->identity().pages);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
