// SPDX-License-Identifier: MIT
#include "ipc/segment/page_arena.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <thread>

#include "support/mounts.hpp"
#include "tests/unit/ipc/fixtures.hpp"
#include "tests/unit/ipc/pages.hpp"

using namespace dummycache;
using namespace dummycache::test;
using ipc::Kind;
using ipc::PageArena;
using layout::owner_word;
using layout::PageKind;

BOOST_AUTO_TEST_SUITE(ipc_page_arena)

BOOST_AUTO_TEST_CASE(a_claimed_page_is_owned_committed_and_nobody_elses) {
    for (const Kind kind : kAllKinds) {
        const TestSegment segment(kind);
        PageArena arena(*segment);
        std::set<std::uint32_t> pages;
        for (int i = 0; i < 10; ++i) {
            const auto page = arena.claim(kShardOne);
            BOOST_REQUIRE(page.has_value());
            BOOST_TEST(pages.insert(*page).second);
            BOOST_TEST(*page < arena.committed());
            BOOST_TEST(segment->page_info(*page).owner.load() == kShardOne);
            std::memset(segment->page(*page), 1, layout::kPageBytes);
        }
        BOOST_TEST(arena.committed() <= 12U);
    }
}

BOOST_AUTO_TEST_CASE(all_pages_can_be_claimed_and_then_none) {
    for (const Kind kind : kAllKinds) {
        const TestSegment segment(kind);
        PageArena arena(*segment);
        BOOST_TEST(!arena.looks_full());
        BOOST_TEST(claim_all(arena, kShardOne) == segment->identity().pages);
        BOOST_TEST(arena.looks_full());
        BOOST_TEST(!arena.claim(kShardOne).has_value());
        arena.give_back(3);
        BOOST_TEST(!arena.looks_full());
        BOOST_TEST(segment->page_info(3).owner.load() == 0U);
        BOOST_TEST(arena.claim(7).value() == 3U);
        BOOST_TEST(segment->page_info(3).owner.load() == 7U);
    }
}

BOOST_AUTO_TEST_CASE(a_page_that_was_given_back_is_used_before_more_memory_is_taken) {
    const TestSegment segment(Kind::shared);
    PageArena arena(*segment);
    for (int i = 0; i < 6; ++i) static_cast<void>(arena.claim(kShardOne));
    const std::uint64_t committed = arena.committed();
    for (int i = 0; i < 100; ++i) arena.give_back(arena.claim(kShardOne).value());
    BOOST_TEST(arena.committed() <= committed + 2);
}

BOOST_AUTO_TEST_CASE(wrong_bits_in_the_free_map_cost_time_and_nothing_else) {
    const TestSegment segment(Kind::private_memory);
    PageArena arena(*segment);
    for (int i = 0; i < 8; ++i) static_cast<void>(arena.claim(kShardOne));
    auto* const map =
        reinterpret_cast<std::atomic<std::uint64_t>*>(segment->base() + segment->identity().free_map_offset);
    map[0].store(~std::uint64_t{0});
    segment->superblock().free_hint.store(~std::uint64_t{0});
    while (const auto page = arena.claim(7)) BOOST_TEST(*page < arena.committed());
    BOOST_TEST(owned_by(*segment, 7) == segment->identity().pages - 8);
    BOOST_TEST(owned_by(*segment, kShardOne) == 8U);
}

BOOST_AUTO_TEST_CASE(rebuilding_the_free_map_finds_every_free_page) {
    const TestSegment segment(Kind::shared);
    PageArena arena(*segment);
    claim_all(arena, kShardOne);
    for (std::uint32_t page = 10; page < 20; ++page) segment->page_info(page).owner.store(0);
    BOOST_TEST(arena.looks_full());
    BOOST_TEST(!arena.claim(7).has_value());
    arena.rebuild_free_map();
    BOOST_TEST(!arena.looks_full());
    BOOST_TEST(claim_all(arena, 7) == 10U);
}

BOOST_AUTO_TEST_CASE(threads_and_processes_never_own_one_page_twice) {
    for (const Kind kind : kAllKinds) {
        const TestSegment segment(kind);
        std::atomic<int> wrong{0};
        const auto churn = [&wrong](ipc::Segment& own, std::uint32_t who) {
            PageArena arena(own);
            const std::uint64_t mine = owner_word(PageKind::data, who);
            for (int round = 0; round < 2'000; ++round) {
                std::vector<std::uint32_t> pages;
                for (int i = 0; i < 40; ++i) {
                    const auto page = arena.claim(mine);
                    if (!page) break;
                    own.page_info(*page).live.store(who, std::memory_order_relaxed);
                    pages.push_back(*page);
                }
                for (const std::uint32_t page : pages) {
                    if (own.page_info(page).owner.load() != mine) ++wrong;
                    if (own.page_info(page).live.load(std::memory_order_relaxed) != who) ++wrong;
                    arena.give_back(page);
                }
            }
        };
        std::unique_ptr<TalkingChild> other;
        if (kind != Kind::private_memory) {
            other = std::make_unique<TalkingChild>([&](Line&) {
                const auto own = segment.name().attach();
                churn(*own, 9);
                return wrong == 0 ? 0 : 1;
            });
        }
        std::vector<std::thread> threads;
        for (std::uint32_t who = 1; who <= 3; ++who) threads.emplace_back([&, who] { churn(*segment, who); });
        for (std::thread& thread : threads) thread.join();
        if (other) BOOST_TEST(other->wait() == 0);
        BOOST_TEST(wrong.load() == 0);
        PageArena arena(*segment);
        BOOST_TEST(claim_all(arena, 7) == segment->identity().pages);
    }
}

BOOST_AUTO_TEST_CASE(threads_that_grow_the_arena_together_get_all_of_it) {
    for (const Kind kind : kAllKinds) {
        for (int round = 0; round < 20; ++round) {
            const TestSegment segment(kind);
            std::atomic<std::uint64_t> claimed{0};
            std::vector<std::thread> threads;
            for (int i = 0; i < 4; ++i) {
                threads.emplace_back([&] {
                    PageArena arena(*segment);
                    claimed += claim_all(arena, kShardOne);
                });
            }
            for (std::thread& thread : threads) thread.join();
            BOOST_TEST(claimed.load() == segment->identity().pages);
        }
    }
}

#if defined(DUMMYCACHE_KILL_POINTS)
BOOST_AUTO_TEST_CASE(a_process_killed_while_it_claims_or_gives_back_hides_no_page_from_a_rebuild) {
    const TestSegment segment(Kind::shared);
    const auto body = [&] {
        PageArena own(*segment);
        for (int i = 0; i < 3; ++i) own.give_back(own.claim(kShardOne).value());
    };
    const int deaths = die_at_every_point(body, [&](int) {
        const auto pages = static_cast<std::uint32_t>(segment->superblock().committed.load());
        for (std::uint32_t page = 0; page < pages; ++page) {
            std::uint64_t owner = kShardOne;
            segment->page_info(page).owner.compare_exchange_strong(owner, 0);
        }
        PageArena arena(*segment);
        arena.rebuild_free_map();
        const auto page = arena.claim(7);
        BOOST_TEST(page.has_value());
        if (page) arena.give_back(*page);
    });
    BOOST_TEST(deaths >= 9);
    PageArena arena(*segment);
    BOOST_TEST(claim_all(arena, 7) == segment->identity().pages);
}
#endif

BOOST_AUTO_TEST_CASE(a_full_dev_shm_is_a_full_arena) {
    TalkingChild child([&](Line&) {
        if (!mount_on("/dev/shm", "tmpfs", "size=1m")) return kCannotMount;
        const TestSegment segment(Kind::shared, small_plan(16U << 20));
        PageArena arena(*segment);
        if (arena.looks_full()) return 1;
        std::uint64_t pages = 0;
        for (; const auto page = arena.claim(kShardOne); ++pages)
            std::memset(segment->page(*page), 1, layout::kPageBytes);
        if (pages < 16 || pages >= segment->identity().pages) return 2;
        if (!arena.looks_full()) return 3;
        arena.give_back(0);
        if (arena.looks_full()) return 4;
        return arena.claim(7) == 0U ? 0 : 5;
    });
    check_mounted_child(child);
}

BOOST_AUTO_TEST_SUITE_END()
