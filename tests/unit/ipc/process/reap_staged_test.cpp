// SPDX-License-Identifier: MIT
#include "ipc/process/reap_staged.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

#include "tests/unit/ipc/fixtures.hpp"
#include "tests/unit/ipc/pages.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Kind;
using ipc::Membership;
using ipc::PageArena;
using ipc::reap_staged;
using layout::owner_word;
using layout::PageKind;

namespace {

/// A child that stages `pages` pages, says so, and waits.
std::unique_ptr<TalkingChild> stager(const TestSegment& segment, int pages) {
    return std::make_unique<TalkingChild>([&segment, pages](Line& line) {
        const auto own = segment.name().attach();
        Membership self(*own);
        PageArena arena(*own);
        own->process_slots()[self.slot()].staging.store(1);
        own->superblock().stagers.fetch_add(1);
        for (int i = 0; i < pages; ++i) {
            if (!arena.claim(owner_word(PageKind::staged, self.slot(), self.generation()))) return 1;
        }
        line.say();
        static_cast<void>(line.hear());
        return 0;
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ipc_reap_staged)

BOOST_AUTO_TEST_CASE(pages_staged_by_the_dead_are_freed_and_those_of_the_living_are_not) {
    const TestSegment segment(Kind::shared);
    Membership self(*segment);
    PageArena arena(*segment);
    BOOST_TEST(reap_staged(arena, self) == 0U);
    const auto dead = stager(segment, 5);
    BOOST_REQUIRE(dead->line().hear() == 'x');
    const auto alive = stager(segment, 4);
    BOOST_REQUIRE(alive->line().hear() == 'x');
    static_cast<void>(arena.claim(kShardOne));
    BOOST_TEST(reap_staged(arena, self) == 0U);
    dead->kill();
    BOOST_TEST(segment->superblock().stagers.load() == 2U);
    BOOST_TEST(reap_staged(arena, self) == 5U);
    BOOST_TEST(segment->superblock().stagers.load() == 1U);
    BOOST_TEST(segment->process_slots()[1].pid.load() == 0U);
    BOOST_TEST(owned_by(*segment, owner_word(PageKind::staged, 2, 1)) == 4U);
    BOOST_TEST(owned_by(*segment, kShardOne) == 1U);
    BOOST_TEST(reap_staged(arena, self) == 0U);
    alive->line().say();
    BOOST_TEST(alive->wait() == 0);
    BOOST_TEST(segment->superblock().stagers.load() == 0U);
    BOOST_TEST(owned_by(*segment, owner_word(PageKind::staged, 2, 1)) == 0U);
}

BOOST_AUTO_TEST_CASE(many_reapers_at_once_free_each_page_once) {
    const TestSegment segment(Kind::shared);
    Membership self(*segment);
    for (int round = 0; round < 20; ++round) {
        const auto dead = stager(segment, 20);
        BOOST_REQUIRE(dead->line().hear() == 'x');
        dead->kill();
        std::atomic<std::uint32_t> freed{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                PageArena arena(*segment);
                freed += reap_staged(arena, self);
            });
        }
        for (std::thread& thread : threads) thread.join();
        BOOST_TEST(freed.load() == 20U);
        BOOST_TEST(segment->superblock().stagers.load() == 0U);
    }
}

#if defined(DUMMYCACHE_KILL_POINTS)
BOOST_AUTO_TEST_CASE(a_reaper_killed_anywhere_leaves_the_rest_to_the_next) {
    const TestSegment segment(Kind::shared);
    Membership self(*segment);
    auto dead = stager(segment, 3);
    BOOST_REQUIRE(dead->line().hear() == 'x');
    dead->kill();
    const auto body = [&] {
        PageArena own(*segment);
        reap_staged(own, self);
    };
    const int deaths = die_at_every_point(body, [&](int nth) {
        BOOST_TEST_CONTEXT("kill point " << nth) {
            PageArena arena(*segment);
            reap_staged(arena, self);
            BOOST_TEST(owned_by(*segment, 0) == segment->superblock().committed.load());
            dead = stager(segment, 3);
            BOOST_REQUIRE(dead->line().hear() == 'x');
            dead->kill();
        }
    });
    BOOST_TEST(deaths >= 6);
    PageArena arena(*segment);
    reap_staged(arena, self);
    arena.rebuild_free_map();
    BOOST_TEST(claim_all(arena, 7) == segment->identity().pages);
}
#endif

BOOST_AUTO_TEST_SUITE_END()
