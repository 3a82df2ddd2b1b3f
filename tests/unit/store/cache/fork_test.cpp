// SPDX-License-Identifier: MIT
// A second cache that begins as the first one is.
#include "dummycache/fork.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <thread>

#include "dummycache/clock.hpp"
#include "dummycache/snapshot.hpp"
#include "store/layout/attachment.hpp"
#include "support/child.hpp"
#include "support/random.hpp"
#include "support/shared_area.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

/// Entries of every sort; some were overwritten and erased, so that pages have dead bytes.
void fill(Cache& cache) {
    for (int i = 0; i < 3000; ++i) cache.set("key" + std::to_string(i), std::string(100, 'o'));
    for (int i = 0; i < 3000; i += 3) cache.set("key" + std::to_string(i), "new", 1h, Codec::text);
    for (int i = 0; i < 3000; i += 7) cache.erase("key" + std::to_string(i));
    cache.set("large", std::string(200'000, 'L'), 2h, Codec::json);
    cache.set(std::string(40'000, 'k'), "long key");
    cache.incr("count", 7);
}

std::map<std::string, Entry> entries_of(const Cache& cache) {
    std::map<std::string, Entry> entries;
    cache.visit([&](const EntryView& entry) {
        entries[std::string(entry.key)] = {
            std::string(entry.value), entry.codec, entry.id, entry.ttl, entry.writer, entry.stored_bytes};
        return true;
    });
    return entries;
}

bool carries_checksums(Kind kind) { return kind == Kind::file; }

const auto kPairs = data::make(kAllKinds) * data::make(kNamedKinds);

}  // namespace

BOOST_AUTO_TEST_SUITE(store_fork)

BOOST_DATA_TEST_CASE(a_fork_holds_what_the_cache_held, kPairs, from_kind, to_kind) {
    FrozenCache from(from_kind);
    fill(*from);
    const TestName name(to_kind);
    Cache to = fork_cache(*from, name.text()).value();
    BOOST_TEST(problems_of(to) == "");
    BOOST_TEST(problems_of(*from) == "");
    BOOST_TEST(digest(to) == digest(*from));
    const auto before = entries_of(*from);
    const auto after = entries_of(to);
    BOOST_TEST(after.size() == before.size());
    const bool same_ids = carries_checksums(from_kind) || !carries_checksums(to_kind);
    for (const auto& [key, entry] : before) {
        const Entry& copy = after.at(key);
        BOOST_REQUIRE((copy.value == entry.value && copy.codec == entry.codec && copy.ttl == entry.ttl));
        BOOST_REQUIRE((!same_ids || copy.id == entry.id));
    }
    BOOST_TEST((to.get("large") == std::string(200'000, 'L')));
    BOOST_TEST(to.incr("count") == 8);
}

BOOST_DATA_TEST_CASE(neither_knows_of_the_other_afterwards, kPairs, from_kind, to_kind) {
    TestCache from(from_kind);
    fill(*from);
    const TestName name(to_kind);
    Cache to = fork_cache(*from, name.text()).value();
    const std::string before = digest(to);
    from->set("only here", "1");
    from->clear();
    from->set("large", "small");
    BOOST_TEST(digest(to) == before);
    to.set("only there", "1");
    to.erase_if("key*");
    for (int i = 0; i < 20'000; ++i) to.set("more" + std::to_string(i), std::string(200, 'm'));
    BOOST_TEST((from->get("large") == "small"));
    BOOST_TEST(!from->get("only there"));
    BOOST_TEST(problems_of(to) == "");
    BOOST_TEST(problems_of(*from) == "");
    Clock(to).advance(3h);
    BOOST_TEST((Clock(*from).now() < 1h));
}

BOOST_DATA_TEST_CASE(geometry_and_options_stay_as_they_were, kPairs, from_kind, to_kind) {
    Options options = options_of(32 * kMiB, WhenFull::refuse);
    options.mode = 0640;
    TestCache from(from_kind, options);
    fill(*from);
    const TestName name(to_kind);
    Cache to = fork_cache(*from, name.text()).value();
    const Info info = to.info();
    BOOST_TEST(info.capacity_bytes == 32 * kMiB);
    BOOST_TEST(info.mode == 0640U);
    BOOST_TEST((info.when_full == WhenFull::refuse));
    BOOST_TEST(info.shards == from->info().shards);
    BOOST_TEST(info.kind == to_kind);
    BOOST_TEST(info.processes.size() == 1U);
    BOOST_TEST(to.stats().entries == from->stats().entries);
    BOOST_TEST(to.stats().hits == 0U);
    BOOST_TEST((carries_checksums(to_kind) || to.stats().sets == 0U));
    BOOST_TEST((Cache::attach(name.text()).get("count") == "7"));
}

BOOST_DATA_TEST_CASE(the_clock_goes_on_or_stands_as_it_did, kPairs, from_kind, to_kind) {
    TestCache from(from_kind);
    Clock(*from).advance(1000h);
    from->set("a", "1", 10s);
    const TestName running(to_kind);
    const Clock goes_on(fork_cache(*from, running.text()).value());
    BOOST_TEST((goes_on.read().offset == Clock(*from).read().offset));
    Clock(*from).freeze();
    const TestName frozen(to_kind);
    Cache to = fork_cache(*from, frozen.text()).value();
    BOOST_TEST(Clock(to).frozen());
    BOOST_TEST((Clock(to).now() == Clock(*from).now()));
    BOOST_TEST((to.ttl("a") == from->ttl("a")));
}

BOOST_DATA_TEST_CASE(there_must_be_no_cache_of_that_name, data::make(kNamedKinds), kind) {
    TestCache from(kind);
    TestCache other(kind);
    other->set("a", "other");
    BOOST_TEST(!fork_cache(*from, other.name()));
    BOOST_TEST(!fork_cache(*from, from.name()));
    BOOST_TEST((Cache::attach(other.name()).get("a") == "other"));
    Cache::remove(from.name());
    const TestName name(kind);
    BOOST_TEST(throws(ErrorCode::removed, [&] { fork_cache(*from, name.text()); }));
    BOOST_TEST(throws(ErrorCode::not_found, [&] { Cache::attach(name.text()); }));
}

BOOST_DATA_TEST_CASE(a_fork_of_a_full_cache_evicts_as_it_did, data::make(kNamedKinds), kind) {
    TestCache from(kind, options_of(2 * kMiB));
    for (int i = 0; i < 30'000; ++i) from->set("key" + std::to_string(i), std::string(100, 'x'));
    BOOST_REQUIRE(from->stats().evicted > 0U);
    const TestName name(kind);
    Cache to = fork_cache(*from, name.text()).value();
    BOOST_TEST(digest(to) == digest(*from));
    BOOST_TEST(attachment_of(to).memory.is_marking());
    for (int i = 0; i < 30'000; ++i) BOOST_REQUIRE(to.set("new" + std::to_string(i), std::string(100, 'x')));
    BOOST_TEST(to.contains("new29999"));
    BOOST_TEST(problems_of(to) == "");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_with_checksums_is_refused_and_nothing_is_dropped) {
    for (const WhenFull when_full : {WhenFull::refuse, WhenFull::evict}) {
        TestCache from(Kind::shared, options_of(2 * kMiB, when_full));
        int entries = 0;
        try {
            while (from->stats().evicted == 0) from->set("key" + std::to_string(entries++), "v");
        } catch (const Error& error) {
            BOOST_REQUIRE((error.code() == ErrorCode::full));
        }
        const TestName name(Kind::file);
        BOOST_TEST(throws(ErrorCode::full, [&] { fork_cache(*from, name.text()); }));
        BOOST_TEST(throws(ErrorCode::not_found, [&] { Cache::attach(name.text()); }));
    }
}

BOOST_AUTO_TEST_CASE(pages_that_a_process_stages_are_free_in_the_copy) {
    TestCache from(Kind::shared);
    from->set("a", "1");
    store::Attachment& attachment = from.attachment();
    ipc::Membership self(*attachment.segment);
    ipc::PageArena arena(*attachment.segment);
    const auto staged = layout::owner_word(layout::PageKind::staged, self.slot(), self.generation());
    for (int i = 0; i < 5; ++i) BOOST_REQUIRE(arena.claim(staged));
    const std::uint64_t free_before = from->stats().free_pages;
    const TestName name(Kind::shared);
    Cache to = fork_cache(*from, name.text()).value();
    BOOST_TEST(to.stats().free_pages == free_before + 5);
    BOOST_TEST(problems_of(to) == "");
    const std::uint64_t committed = to.stats().committed_bytes;
    to.set("large", std::string(4 * layout::kPageBytes, 'x'));
    BOOST_TEST(to.stats().committed_bytes == committed);
    arena.free_staged(self.slot(), self.generation());
}

BOOST_DATA_TEST_CASE(a_fork_is_of_one_moment_while_others_write, kPairs, from_kind, to_kind) {
    if (from_kind == Kind::private_memory) return;  // threads on one handle say less
    TestCache from(from_kind, options_of(32 * kMiB));
    SharedArea<Tally> tally;
    Child writer([&] {
        Cache own = from.attach(options_of(0));
        for (std::uint64_t i = 1; !tally->stop; ++i) {
            own.set("first", std::to_string(i));
            own.set("fill" + std::to_string(i % 5000), std::string(i % 3000, 'f'));
            own.set("second", std::to_string(i));
        }
    });
    const auto number = [](const Cache& cache, const char* key) {
        return std::stoull(cache.get(key).value());
    };
    while (!from->contains("second")) std::this_thread::yield();
    for (int round = 0; round < 20; ++round) {
        const TestName name(to_kind);
        Cache to = fork_cache(*from, name.text(), options_of(0)).value();
        const auto first = number(to, "first");
        const auto second = number(to, "second");
        BOOST_TEST((first == second || first == second + 1));
        BOOST_REQUIRE(problems_of(to) == "");
    }
    tally->stop = true;
    BOOST_TEST(writer.wait() == 0);
    BOOST_TEST(problems_of(*from) == "");
}

BOOST_AUTO_TEST_CASE(of_many_forks_to_one_name_one_makes_it) {
    TestCache from(Kind::shared);
    fill(*from);
    const TestName name(Kind::shared);
    SharedArea<Tally> tally;
    const int failed = run_processes(4, [&](int) {
        const Cache own = from.attach(options_of(0));
        tally->barrier.wait_for(4);
        if (fork_cache(own, name.text(), options_of(0))) tally->counts[0] += 1;
    });
    BOOST_TEST(failed == 0);
    BOOST_TEST(tally->counts[0] == 1);
    BOOST_TEST(digest(Cache::attach(name.text())) == digest(*from));
}

BOOST_AUTO_TEST_CASE(a_fork_can_go_back_to_the_checkpoints_of_the_cache) {
    TestCache cache(Kind::shared);
    const TestName name(Kind::shared);
    for (int i = 0; i < 500; ++i) cache->set("key" + std::to_string(i), "old");
    const std::string before = digest(*cache);
    cache->checkpoint("c");
    for (int i = 0; i < 500; i += 50) cache->set("key" + std::to_string(i), std::string(70'000, 'n'));
    cache->clear();
    cache->set("late", "x");
    const std::string after = digest(*cache);
    Cache copy = fork_cache(*cache, name.text()).value();
    BOOST_TEST(problems_of(copy) == "");
    BOOST_TEST(digest(copy) == after);
    copy.rollback("c");
    BOOST_TEST(digest(copy) == before);
    BOOST_TEST(problems_of(copy) == "");
    BOOST_TEST(digest(*cache) == after);
    cache->rollback("c");
    BOOST_TEST(digest(*cache) == before);
}

BOOST_AUTO_TEST_SUITE_END()
