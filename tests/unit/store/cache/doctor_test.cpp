// SPDX-License-Identifier: MIT
// Goal: diagnose tells who holds what and what is broken without touching it; repair mends it.
#include <boost/test/unit_test.hpp>

#include <csignal>

#include "store/layout/attachment.hpp"
#include "support/child.hpp"
#include "support/kill_points.hpp"
#include "support/shared_area.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

/// A child that stops itself, or dies, when it holds a shard's lock.
Child writer_that_gets(const TestCache& cache, int signal) {
    return Child([&cache, signal] {
        Cache own = cache.attach();
        static int raised = signal;
        ipc::kill_point_hook = [](const char* where) {
            if (std::string_view(where) == "before the slot is stored") ::raise(raised);
        };
        own.set("in hand", "new");
    });
}

/// Makes a slot lead nowhere.
void break_a_slot(TestCache& cache) {
    const store::Memory& memory = cache.attachment().memory;
    layout::IndexPage& page = memory.index_page(memory.directory(0)[0].load() - 1);
    for (auto& bucket : page.buckets) {
        if (bucket.slots[0].load() == 0) continue;
        bucket.slots[0].store(bucket.slots[0].load() | layout::kOffsetMask);
        return;
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_doctor)

BOOST_AUTO_TEST_CASE(a_sound_cache_is_sound_and_lists_who_is_attached) {
    for (const Kind kind : kAllKinds) {
        TestCache cache(kind);
        cache->set("a", "1");
        const Diagnosis diagnosis = cache->diagnose();
        BOOST_TEST(diagnosis.sound());
        BOOST_TEST(diagnosis.locks.empty());
        BOOST_TEST(diagnosis.unchecked_shards.empty());
        BOOST_REQUIRE(diagnosis.processes.size() == 1U);
        BOOST_TEST(diagnosis.processes[0].pid == static_cast<std::uint32_t>(::getpid()));
        BOOST_TEST(diagnosis.processes[0].state == "running");
        BOOST_TEST(cache->repair().empty());
    }
}

BOOST_AUTO_TEST_CASE(a_stopped_holder_is_named_and_stays_the_holder) {
    TestCache cache(Kind::shared);
    Child writer = writer_that_gets(cache, SIGSTOP);
    int status = 0;
    BOOST_REQUIRE(::waitpid(writer.pid(), &status, WUNTRACED) == writer.pid());
    const Diagnosis diagnosis = cache->diagnose();
    BOOST_REQUIRE(diagnosis.locks.size() == 1U);
    const HeldLock& held = diagnosis.locks.front();
    BOOST_TEST(held.lock == "shard 0");
    BOOST_TEST(held.pid == static_cast<std::uint32_t>(writer.pid()));
    BOOST_TEST(held.alive);
    BOOST_TEST(held.in_write);
    BOOST_TEST(held.state == "stopped");
    BOOST_TEST((diagnosis.unchecked_shards == std::vector<std::uint32_t>{0}));
    BOOST_TEST(!diagnosis.sound());  // nobody knows
    Options hurried;
    hurried.lock_timeout = std::chrono::milliseconds(20);
    Cache other = cache.attach(hurried);
    BOOST_TEST(throws(ErrorCode::busy, [&] { other.repair(); }));
    ::kill(writer.pid(), SIGCONT);
    BOOST_TEST(writer.wait() == 0);
    BOOST_TEST((cache->get("in hand") == "new"));
    BOOST_TEST(cache->diagnose().locks.empty());
}

BOOST_AUTO_TEST_CASE(what_a_dead_writer_left_is_seen_left_alone_and_repaired) {
    TestCache cache(Kind::shared);
    BOOST_REQUIRE(writer_that_gets(cache, SIGKILL).wait() == -SIGKILL);
    for (int look = 0; look < 2; ++look) {
        const Diagnosis diagnosis = cache->diagnose();
        BOOST_TEST(!diagnosis.sound());
        BOOST_REQUIRE(diagnosis.locks.size() == 1U);
        BOOST_TEST(!diagnosis.locks.front().alive);
        BOOST_TEST(diagnosis.locks.front().in_write);
        BOOST_TEST(diagnosis.locks.front().state == "dead");
    }
    BOOST_TEST(cache->stats().recoveries == 0U);
    BOOST_TEST(!cache->repair().empty());
    BOOST_TEST(cache->stats().recoveries == 1U);
    BOOST_TEST(cache->diagnose().sound());
    BOOST_TEST(cache->diagnose().processes.size() == 1U);
}

BOOST_AUTO_TEST_CASE(pages_that_a_dead_process_staged_are_counted_and_freed) {
    TestCache cache(Kind::shared, options_of(8 * kMiB));
    Child writer([&cache] {
        Cache own = cache.attach();
        die_at(30);
        own.set("large", std::string(2 * kMiB, 'l'));
    });
    BOOST_REQUIRE(writer.wait() == -SIGKILL);
    BOOST_TEST(cache->diagnose().orphaned_pages > 0U);
    BOOST_TEST(!cache->repair().empty());
    BOOST_TEST(cache->diagnose().orphaned_pages == 0U);
    BOOST_TEST(cache->diagnose().sound());
}

BOOST_AUTO_TEST_CASE(pages_of_a_stager_that_no_process_table_remembers_are_freed_too) {
    TestCache cache(Kind::shared, options_of(8 * kMiB));
    cache->set("a", "1");  // commits pages
    const store::Memory& memory = cache.attachment().memory;
    const std::uint32_t page = memory.committed() - 1;
    const std::uint64_t before = memory.info(page).owner.load();
    BOOST_REQUIRE(layout::kind_of(before) == layout::PageKind::free);
    constexpr std::uint32_t kSlotNobodyHad = 5;
    memory.info(page).owner.store(layout::owner_word(layout::PageKind::staged, kSlotNobodyHad, 1));
    BOOST_TEST(cache->diagnose().orphaned_pages == 1U);
    BOOST_TEST(!cache->repair().empty());
    BOOST_TEST(cache->diagnose().sound());
    BOOST_TEST(memory.info(page).owner.load() == before);
}

BOOST_AUTO_TEST_CASE(pages_of_an_owner_that_does_not_exist_are_a_problem_and_are_freed) {
    TestCache cache(Kind::shared, options_of(8 * kMiB));
    cache->set("a", "1");  // commits pages
    const store::Memory& memory = cache.attachment().memory;
    const std::uint32_t page = memory.committed() - 1;
    BOOST_REQUIRE(memory.info(page).owner.load() == 0U);
    const std::uint64_t strange[] = {layout::owner_word(static_cast<layout::PageKind>(200), 0),
                                     layout::owner_word(layout::PageKind::data, memory.shard_count)};
    for (const std::uint64_t owner : strange) {
        memory.info(page).owner.store(owner);
        BOOST_TEST(cache->diagnose().problems.size() == 1U);
        BOOST_TEST(cache->repair().size() == 1U);
        BOOST_TEST(memory.info(page).owner.load() == 0U);
        BOOST_TEST(cache->diagnose().sound());
    }
}

BOOST_AUTO_TEST_CASE(a_broken_slot_is_a_problem_and_costs_its_entry_only) {
    TestCache cache(Kind::shared, options_of(kMiB));
    for (int i = 0; i < 50; ++i) cache->set("key" + std::to_string(i), "value");
    break_a_slot(cache);
    const Diagnosis diagnosis = cache->diagnose();
    BOOST_TEST(!diagnosis.problems.empty());
    BOOST_TEST(!diagnosis.sound());
    BOOST_TEST(cache->diagnose().problems.size() == diagnosis.problems.size());
    BOOST_TEST(!cache->repair().empty());
    BOOST_TEST(cache->diagnose().sound());
    BOOST_TEST(problems_of(*cache) == "");
    BOOST_TEST(cache->stats().entries == 49U);
}

BOOST_AUTO_TEST_CASE(a_cache_that_is_written_all_the_time_has_no_problems) {
    TestCache cache(Kind::shared, options_of(8 * kMiB));
    SharedArea<Tally> tally;
    Child writer([&] {
        Cache own = cache.attach();
        for (std::uint64_t i = 0; !tally->stop; ++i)
            own.set("key" + std::to_string(i % 5000), std::string(i % 300, 'x'));
    });
    for (int i = 0; i < 20; ++i) {
        const Diagnosis diagnosis = cache->diagnose();
        BOOST_TEST(diagnosis.problems.empty(),
                   (diagnosis.problems.empty() ? "" : diagnosis.problems.front()));
    }
    tally->stop = true;
    BOOST_TEST(writer.wait() == 0);
    BOOST_TEST(cache->diagnose().sound());
    BOOST_TEST(cache->diagnose().unchecked_shards.empty());
}

BOOST_AUTO_TEST_SUITE_END()
