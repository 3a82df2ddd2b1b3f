// SPDX-License-Identifier: MIT
// More processes than the process table has places for.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <thread>

#include <sys/resource.h>

#include "dummycache/lease.hpp"
#include "store/layout/attachment.hpp"
#include "support/child.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

constexpr int kPlaces = 128;

/// Handles that take all places but that of the first handle. Each has an attachment, and so a place, of its own.
std::vector<Cache> take_all_places(const std::string& name) {
    std::vector<Cache> others;
    for (int i = 1; i < kPlaces; ++i) others.push_back(Cache::attach(name));
    return others;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_guests)

BOOST_DATA_TEST_CASE(a_process_without_a_place_can_read, data::make(kNamedKinds), kind) {
    TestCache cache(kind, options_of(kMiB));
    cache->set("k", "1");
    cache->set("large", std::string(100'000, 'l'));
    const std::vector<Cache> others = take_all_places(cache.name());
    BOOST_TEST(cache->info().processes.size() == std::size_t{kPlaces});
    Child child([&] {
        Options options;
        options.lock_timeout = std::chrono::milliseconds(20);
        Cache guest = Cache::open(cache.name(), options);
        require(guest.get("k") == "1" && guest.get("large")->size() == 100'000, "get");
        require(guest.contains("k") && guest.ttl("k") == kForever && guest.get_entry("k") && guest.peek("k"),
                "the other reads");
        require(guest.get_many({"k", "absent"}).front() == "1", "get_many");
        require(guest.wait("k", [](const auto& value) { return value == "1"; }), "wait");
        require(get_or_lease(guest, "k", std::chrono::seconds(1)).value == "1", "get_or_lease of a value");
        require(guest.stats().entries == 2 && guest.info().processes.size() == kPlaces, "stats and info");
        for (int i = 0; i < 3; ++i) require(throws(ErrorCode::busy, [&] { guest.set("k", "2"); }), "set");
        require(throws(ErrorCode::busy, [&] { guest.incr("n"); }), "incr");
        require(guest.get("k") == "1", "a read after a refused write");
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(a_process_without_a_place_gets_the_first_one_that_becomes_free) {
    TestCache cache(Kind::shared, options_of(kMiB));
    std::vector<Cache> others = take_all_places(cache.name());
    Cache guest = Cache::attach(cache.name(), options_of(kMiB));  // lock_timeout: a minute
    std::thread leaver([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        others.pop_back();
    });
    BOOST_TEST(guest.set("k", "1"));
    leaver.join();
    BOOST_TEST((cache->get("k") == "1"));
}

BOOST_AUTO_TEST_CASE(a_handle_without_a_place_hands_none_to_its_children) {
    TestCache cache(Kind::shared, options_of(kMiB));
    cache->set("k", "1");
    std::vector<Cache> others = take_all_places(cache.name());
    Options options;
    options.lock_timeout = std::chrono::milliseconds(20);
    Cache guest = Cache::attach(cache.name(), options);
    const auto in_child = [&](auto body) {
        Child child(body);
        return child.wait();
    };
    BOOST_TEST(in_child([&] {
                   require(guest.get("k") == "1", "a read");
                   require(throws(ErrorCode::busy, [&] { guest.set("k", "2"); }), "a write");
               }) == 0);
    others.pop_back();
    BOOST_TEST(in_child([&] { require(guest.set("k", "2"), "a write into the free place"); }) == 0);
    BOOST_TEST(guest.set("k", "3"));
}

BOOST_AUTO_TEST_CASE(a_larger_cache_has_more_places) {
    rlimit descriptors{};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);  // each handle has two
    descriptors.rlim_cur = descriptors.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &descriptors);
    for (const auto& [capacity, places] : {std::pair{kMiB, 128}, {2 * kMiB, 256}, {8 * kMiB, 512}}) {
        TestCache cache(Kind::shared, options_of(capacity));
        Options options;
        options.lock_timeout = std::chrono::milliseconds(0);
        std::vector<Cache> handles;
        for (int i = 1; i < places; ++i) handles.push_back(Cache::attach(cache.name(), options));
        BOOST_TEST(handles.back().set("k", "1"));
        Cache guest = Cache::attach(cache.name(), options);
        BOOST_TEST(guest.contains("k"));
        BOOST_TEST(throws(ErrorCode::busy, [&] { guest.set("k", "2"); }));
    }
}

BOOST_AUTO_TEST_CASE(who_looks_at_all_caches_is_a_process_of_none) {
    TestCache cache(Kind::shared);
    const auto slots = cache.attachment().segment->process_slots();
    const auto claims = [&] {
        std::uint64_t sum = 0;
        for (const auto& slot : slots) sum += slot.generation.load();
        return sum;
    };
    const std::uint64_t before = claims();
    const auto listed = Cache::list();
    const auto own = std::ranges::find(listed, cache.name(), &ListedCache::name);
    BOOST_REQUIRE((own != listed.end()));
    BOOST_TEST(own->processes == 1U);
    static_cast<void>(Cache::collect_garbage(
        {.dry_run = true, .match = cache.name(), .older_than = std::chrono::seconds(0)}));
    BOOST_TEST(claims() == before);
}

BOOST_AUTO_TEST_SUITE_END()
