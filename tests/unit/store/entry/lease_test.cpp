// SPDX-License-Identifier: MIT
// Compute once: leases on absent keys.
#include "dummycache/lease.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <future>
#include <thread>

#include "dummycache/clock.hpp"
#include "dummycache/fork.hpp"
#include "dummycache/snapshot.hpp"
#include "store/layout/attachment.hpp"
#include "support/child.hpp"
#include "support/shared_area.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

constexpr auto kLong = std::chrono::hours(1);

/// Asks for a lease and does not wait.
ValueOrLease ask(Cache& cache, const std::string& key) { return get_or_lease(cache, key, kLong, 0ms); }

bool is_leased(Cache& cache, const std::string& key) {
    const ValueOrLease found = ask(cache, key);
    return !found.value && !found.lease;
}

/// The value, computed if need be; `computed` counts how often.
template <class Counter>
std::string compute_once(Cache& cache, const std::string& key, Counter& computed) {
    ValueOrLease found = get_or_lease(cache, key, kLong);
    if (!found.lease) return found.value.value();
    computed += 1;
    std::this_thread::sleep_for(5ms);
    require(found.lease->fill("made"), "a lease that is held fills");
    return "made";
}

/// Until somebody waits for a key of this shard.
void wait_for_a_waiter(TestCache& cache) {
    layout::Shard& shard = cache.attachment().memory.shards[0];
    shard.watched_until = 0;
    while (shard.watched_until.load() == 0) std::this_thread::sleep_for(1ms);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_lease)

BOOST_DATA_TEST_CASE(it_counts_as_one_read, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    static_cast<void>(get_or_lease(*cache, "absent", 5s, 1s));
    BOOST_TEST((cache->stats().hits == 0U && cache->stats().misses == 1U));
    cache->set("there", "1");
    static_cast<void>(get_or_lease(*cache, "there", 5s, 1s));
    BOOST_TEST((cache->stats().hits == 1U && cache->stats().misses == 1U));
}

BOOST_DATA_TEST_CASE(a_key_that_is_there_needs_no_lease, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->set("a", "1");
    const ValueOrLease found = get_or_lease(*cache, "a", kLong);
    BOOST_TEST((found.value == "1"));
    BOOST_TEST(!found.lease);
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { (void)get_or_lease(*cache, "a", 0ms); }));
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { (void)get_or_lease(*cache, "", 1ms); }));
}

BOOST_DATA_TEST_CASE(the_first_fills_the_key_and_the_others_get_the_value, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    ValueOrLease first = get_or_lease(*cache, "a", kLong);
    BOOST_REQUIRE(first.lease);
    BOOST_TEST(first.lease->held());
    BOOST_TEST(is_leased(*cache, "a"));
    auto other = std::async(std::launch::async, [&] { return get_or_lease(*cache, "a", kLong); });
    wait_for_a_waiter(cache);
    BOOST_TEST(first.lease->fill("1", 10s, Codec::text));
    BOOST_TEST((other.get().value == "1"));
    BOOST_TEST(!first.lease->held());
    BOOST_TEST(!first.lease->fill("2"));
    const auto entry = cache->get_entry("a");
    BOOST_TEST((entry->value == "1" && entry->codec == Codec::text && entry->ttl <= 10s));
}

BOOST_DATA_TEST_CASE(keys_have_leases_of_their_own, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    const ValueOrLease a = ask(*cache, "a");
    const ValueOrLease b = ask(*cache, "b");
    BOOST_TEST((a.lease && b.lease));
    BOOST_TEST(is_leased(*cache, "a"));
    BOOST_TEST(is_leased(*cache, "b"));
}

BOOST_DATA_TEST_CASE(of_many_threads_one_computes, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    for (int round = 0; round < 10; ++round) {
        std::atomic<int> computed{0};
        std::atomic<int> right{0};
        const std::string key = "a" + std::to_string(round);
        std::vector<std::thread> threads;
        for (int i = 0; i < 16; ++i)
            threads.emplace_back([&] { right += compute_once(*cache, key, computed) == "made"; });
        for (std::thread& thread : threads) thread.join();
        BOOST_TEST(computed == 1);
        BOOST_TEST(right == 16);
    }
}

BOOST_DATA_TEST_CASE(of_many_processes_one_computes, data::make(kNamedKinds) * data::make({2, 8}), kind,
                     count) {
    TestCache cache(kind);
    SharedArea<Tally> tally;
    constexpr std::size_t kRounds = 10;
    const int failed = run_processes(count, [&](int) {
        Cache own = cache.attach(options_of(0));
        for (std::size_t round = 0; round < kRounds; ++round) {
            tally->barrier.wait_for(count);
            const auto value = compute_once(own, "a" + std::to_string(round), tally->counts[round]);
            require(value == "made", "another value");
        }
    });
    BOOST_TEST(failed == 0);
    for (std::size_t round = 0; round < kRounds; ++round) BOOST_TEST(tally->counts[round] == 1);
}

BOOST_DATA_TEST_CASE(an_abandoned_lease_is_the_next_ones, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    auto first = std::make_optional(ask(*cache, "a"));
    auto other = std::async(std::launch::async, [&] { return get_or_lease(*cache, "a", kLong); });
    wait_for_a_waiter(cache);
    const std::uint32_t changes = cache.attachment().memory.shards[0].changes.load();
    first.reset();
    BOOST_TEST(cache.attachment().memory.shards[0].changes.load() != changes);
    ValueOrLease second = other.get();
    BOOST_REQUIRE(second.lease);
    BOOST_TEST(second.lease->fill("1"));
    BOOST_TEST((cache->get("a") == "1"));
    ValueOrLease moved = ask(*cache, "b");
    Lease lease = *std::move(moved.lease);
    moved = {};
    BOOST_TEST(lease.held());
    lease.abandon();
    BOOST_TEST(!lease.held());
    BOOST_TEST(!lease.fill("1"));
    BOOST_TEST(!cache->contains("b"));
}

BOOST_DATA_TEST_CASE(the_lease_of_a_process_that_was_killed_is_the_next_ones, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    Pipe leased;
    Child filler([&] {
        Cache own = Cache::attach(cache.name());
        const ValueOrLease found = ask(own, "a");
        leased.write(found.lease.has_value());
        ::pause();
    });
    BOOST_REQUIRE(leased.read<bool>());
    BOOST_TEST(is_leased(*cache, "a"));
    std::thread killer([&] {
        wait_for_a_waiter(cache);
        filler.kill();
    });
    // Its time would be over in an hour: this ends because the holder is seen to be dead.
    ValueOrLease found = get_or_lease(*cache, "a", kLong);
    killer.join();
    BOOST_REQUIRE(found.lease);
    BOOST_TEST(found.lease->fill("1"));
}

BOOST_DATA_TEST_CASE(a_lease_whose_time_is_over_is_the_next_ones, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);  // the cache's time does not count
    ValueOrLease late = get_or_lease(*cache, "a", 20ms);
    ValueOrLease next = get_or_lease(*cache, "a", kLong);
    BOOST_REQUIRE((late.lease && next.lease));
    BOOST_TEST(!late.lease->held());
    BOOST_TEST(!late.lease->fill("late"));
    BOOST_TEST(!cache->contains("a"));
    BOOST_TEST(next.lease->held());
    BOOST_TEST(next.lease->fill("next"));
    BOOST_TEST((cache->get("a") == "next"));
}

BOOST_DATA_TEST_CASE(a_lease_whose_time_is_over_fills_a_key_that_nobody_took, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    ValueOrLease late = get_or_lease(*cache, "a", 1ms);
    std::this_thread::sleep_for(5ms);
    BOOST_TEST(late.lease->held());
    BOOST_TEST(late.lease->fill("late"));
    BOOST_TEST((cache->get("a") == "late"));
}

BOOST_DATA_TEST_CASE(who_waits_for_too_long_gets_neither, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    const ValueOrLease first = ask(*cache, "a");
    const auto start = std::chrono::steady_clock::now();
    const ValueOrLease other = get_or_lease(*cache, "a", kLong, 30ms);
    BOOST_TEST((std::chrono::steady_clock::now() - start >= 30ms));
    BOOST_TEST((!other.value && !other.lease));
    BOOST_TEST(first.lease->held());
}

BOOST_DATA_TEST_CASE(a_value_that_somebody_sets_meanwhile_stays, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    ValueOrLease first = ask(*cache, "a");
    auto other = std::async(std::launch::async, [&] { return get_or_lease(*cache, "a", kLong); });
    wait_for_a_waiter(cache);
    cache->set("a", "theirs");
    BOOST_TEST((other.get().value == "theirs"));
    BOOST_TEST(!first.lease->fill("ours"));
    BOOST_TEST((cache->get("a") == "theirs"));
    cache->erase("a");
    BOOST_TEST(ask(*cache, "a").lease.has_value());
}

BOOST_DATA_TEST_CASE(an_erase_and_a_clear_meanwhile_change_nothing, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    ValueOrLease first = ask(*cache, "a");
    cache->erase("a");
    cache->clear();
    BOOST_TEST(is_leased(*cache, "a"));
    BOOST_TEST(first.lease->fill(std::string(100'000, 'L')));
    BOOST_TEST((cache->get("a") == std::string(100'000, 'L')));
}

BOOST_DATA_TEST_CASE(a_timeout_of_zero_stores_nothing_and_ends_the_lease, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    ValueOrLease first = ask(*cache, "a");
    BOOST_TEST(!first.lease->fill("1", 0s));
    BOOST_TEST(!cache->contains("a"));
    ValueOrLease second = ask(*cache, "a");
    BOOST_REQUIRE(second.lease);
    BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { second.lease->fill(std::string(5 * kMiB, 'x')); }));
    BOOST_TEST(second.lease->held());
    BOOST_TEST(second.lease->fill("1"));
}

BOOST_DATA_TEST_CASE(nobody_sees_a_lease, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    const std::string before = digest(*cache);
    const ValueOrLease first = ask(*cache, "a");
    BOOST_TEST(digest(*cache) == before);
    BOOST_TEST(cache->stats().entries == 0U);
    BOOST_TEST(cache->stats().sets == 0U);
    BOOST_TEST(problems_of(*cache) == "");
    const TestName name(Kind::shared);
    Cache copy = fork_cache(*cache, name.text()).value();
    BOOST_TEST(ask(copy, "a").lease.has_value());
}

BOOST_DATA_TEST_CASE(a_forked_child_does_not_end_its_parents_lease, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    ValueOrLease first = ask(*cache, "a");
    Child child([&] {
        require(!first.lease->held() && !first.lease->fill("child"), "a child fills with its parent's lease");
        first.lease.reset();
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(first.lease->held());
    BOOST_TEST(is_leased(*cache, "a"));
    BOOST_TEST(first.lease->fill("parent"));
}

BOOST_AUTO_TEST_CASE(leases_beyond_the_table_keep_nobody_waiting) {
    TestCache cache(Kind::shared, options_of(2 * kMiB));
    std::vector<ValueOrLease> leases;
    for (unsigned i = 0; i < layout::kLeases; ++i) leases.push_back(ask(*cache, "key" + std::to_string(i)));
    ValueOrLease one = ask(*cache, "one more");
    ValueOrLease two = ask(*cache, "one more");
    BOOST_REQUIRE((one.lease && two.lease));
    BOOST_TEST(one.lease->fill("first"));
    BOOST_TEST(!two.lease->fill("second"));
    leases.clear();
    ValueOrLease later = ask(*cache, "another");
    BOOST_TEST(is_leased(*cache, "another"));
}

BOOST_DATA_TEST_CASE(a_removed_cache_has_no_leases, data::make(kNamedKinds), kind) {
    TestCache cache(kind);
    ValueOrLease first = ask(*cache, "a");
    Cache::remove(cache.name());
    BOOST_TEST(throws(ErrorCode::removed, [&] { (void)ask(*cache, "a"); }));
    BOOST_TEST(throws(ErrorCode::removed, [&] { first.lease->fill("1"); }));
}

BOOST_AUTO_TEST_SUITE_END()
