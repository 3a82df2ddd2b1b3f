// SPDX-License-Identifier: MIT
// Handles that go on with a new cache when theirs was removed: Options::when_removed.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <functional>

#include "dummycache/clock.hpp"
#include "dummycache/fork.hpp"
#include "dummycache/lease.hpp"
#include "dummycache/sandbox.hpp"
#include "dummycache/scan.hpp"
#include "unit/store/api/reopening.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;
using std::chrono::steady_clock;

namespace {

struct NamedCall {
    const char* name;
    std::function<void(Cache&)> call;
};
std::ostream& operator<<(std::ostream& out, const NamedCall& call) { return out << call.name; }

template <class... Anything>
void ignore(Anything&&...) {}

/// Every door to a cache. Each throws if the cache was removed and the handle does not reopen.
const std::vector<NamedCall> kCalls{
    {"set", [](Cache& cache) { cache.set("k", "v"); }},
    {"set large", [](Cache& cache) { cache.set("k", std::string(100'000, 'v')); }},
    {"add", [](Cache& cache) { cache.add("k", "v"); }},
    {"replace", [](Cache& cache) { cache.replace("k", "v"); }},
    {"set_if", [](Cache& cache) { cache.set_if("k", "v", 7); }},
    {"get", [](Cache& cache) { ignore(cache.get("k")); }},
    {"get_entry", [](Cache& cache) { ignore(cache.get_entry("k")); }},
    {"peek", [](Cache& cache) { ignore(cache.peek("k")); }},
    {"entry_id", [](Cache& cache) { ignore(cache.entry_id("k")); }},
    {"contains", [](Cache& cache) { ignore(cache.contains("k")); }},
    {"ttl", [](Cache& cache) { ignore(cache.ttl("k")); }},
    {"erase", [](Cache& cache) { cache.erase("k"); }},
    {"touch", [](Cache& cache) { cache.touch("k", std::chrono::hours(1)); }},
    {"persist", [](Cache& cache) { cache.persist("k"); }},
    {"incr", [](Cache& cache) { cache.incr("k"); }},
    {"append", [](Cache& cache) { cache.append("k", "v"); }},
    {"take", [](Cache& cache) { cache.take("k"); }},
    {"get_or_set", [](Cache& cache) { cache.get_or_set("k", "v"); }},
    {"wait", [](Cache& cache) { cache.wait("k", [](const auto&) { return true; }); }},
    {"get_many", [](Cache& cache) { ignore(cache.get_many({"k"})); }},
    {"set_many",
     [](Cache& cache) {
         cache.set_many({{"k", "v"}});
     }},
    {"erase_many", [](Cache& cache) { cache.erase_many({"k"}); }},
    {"erase_if", [](Cache& cache) { cache.erase_if("*"); }},
    {"clear", [](Cache& cache) { cache.clear(); }},
    {"visit", [](Cache& cache) { cache.visit([](const EntryView&) { return true; }); }},
    {"checkpoint",
     [](Cache& cache) {
         cache.checkpoint("c");
         cache.release("c");
     }},
    {"checkpoints", [](Cache& cache) { ignore(cache.checkpoints()); }},
    {"check", [](Cache& cache) { ignore(cache.check()); }},
    {"diagnose", [](Cache& cache) { ignore(cache.diagnose()); }},
    {"repair", [](Cache& cache) { cache.repair(); }},
    {"scan", [](Cache& cache) { scan(cache, 0, 10, [](std::string_view) {}); }},
    {"clock read", [](Cache& cache) { ignore(Clock(cache).now()); }},
    {"clock advance", [](Cache& cache) { Clock(cache).advance(std::chrono::hours(1)); }},
    {"lease", [](Cache& cache) { ignore(get_or_lease(cache, "k", std::chrono::seconds(1))); }},
    {"sandbox", [](Cache& cache) { const Sandbox sandbox(cache); }},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_reopener)

BOOST_DATA_TEST_CASE(every_call_goes_on_with_a_new_cache, data::make(kCalls), call) {
    for (const Kind kind : kNamedKinds) {
        const TestName name(kind);
        Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
        cache.set("old", "1");
        Cache copy = cache;
        BOOST_REQUIRE(Cache::remove(name.text()));
        BOOST_CHECK_NO_THROW(call.call(copy));
        BOOST_TEST(cache.reopened() == 1U);
        BOOST_TEST(!cache.contains("old"));
        cache.set("new", "1");
        BOOST_TEST((Cache::attach(name.text()).get("new") == "1"));
        BOOST_TEST(cache.reopened() == 1U);
        BOOST_TEST(problems_of(cache) == "");
    }
}

BOOST_DATA_TEST_CASE(a_handle_may_tell_once_that_the_cache_was_removed, data::make(kCalls), call) {
    const TestName name(Kind::shared);
    Cache cache = Cache::open(name.text(), options_when(WhenRemoved::fail_once));
    Cache copy = cache;
    for (std::uint64_t round = 1; round <= 2; ++round) {
        BOOST_REQUIRE(Cache::remove(name.text()));
        BOOST_TEST(throws(ErrorCode::removed, [&] { call.call(cache); }));
        BOOST_CHECK_NO_THROW(call.call(copy));
        BOOST_CHECK_NO_THROW(call.call(cache));
        BOOST_TEST(cache.reopened() == round);
    }
}

BOOST_DATA_TEST_CASE(a_handle_that_only_attached_makes_no_cache, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    Cache::open(name.text(), options_of(2 * kMiB));
    Cache cache = Cache::attach(name.text(), options_when(WhenRemoved::reopen));
    Cache::remove(name.text());
    for (int i = 0; i < 3; ++i) BOOST_TEST(throws(ErrorCode::removed, [&] { cache.set("k", "1"); }));
    BOOST_TEST(throws(ErrorCode::not_found, [&] { Cache::attach(name.text()); }));
    Cache next = Cache::open(name.text(), options_of(4 * kMiB));
    BOOST_TEST(cache.set("k", "1"));
    BOOST_TEST(next.contains("k"));
    BOOST_TEST(cache.capacity() == 4 * kMiB);
}

BOOST_DATA_TEST_CASE(a_reopening_that_fails_is_tried_again_by_the_next_call, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    Options options = options_when(WhenRemoved::reopen);
    options.when_different = WhenDifferent::refuse;
    Cache cache = Cache::open(name.text(), options);
    Cache::remove(name.text());
    Cache::open(name.text(), options_of(4 * kMiB));
    for (int i = 0; i < 3; ++i) BOOST_TEST(throws(ErrorCode::different, [&] { cache.set("k", "1"); }));
    Cache::remove(name.text());
    BOOST_TEST(cache.set("k", "1"));
    BOOST_TEST(cache.capacity() == 2 * kMiB);
}

BOOST_DATA_TEST_CASE(an_unlink_or_a_rename_by_hand_is_noticed, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    const TestName other(kind);
    Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    cache.set("k", "old");
    const std::string path = cache.info().path;
    std::filesystem::remove(path);
    BOOST_TEST(comes_true([&] { return !cache.contains("k"); }));
    cache.set("k", "between");
    {
        Cache fork = fork_cache(cache, other.text()).value();
        fork.set("k", "of the fork");
        std::filesystem::rename(fork.info().path, path);
    }
    BOOST_TEST(comes_true([&] { return cache.get("k") == "of the fork"; }));
    BOOST_TEST(cache.reopened() == 2U);
    BOOST_TEST((Cache::attach(name.text()).get("k") == "of the fork"));
}

BOOST_DATA_TEST_CASE(a_cache_whose_name_cannot_be_opened_again_stays, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    cache.set("k", "old");
    const std::string path = cache.info().path;
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    const auto end = steady_clock::now() + std::chrono::milliseconds(300);
    while (steady_clock::now() < end) BOOST_REQUIRE((cache.get("k") == "old"));
    std::filesystem::remove(path);
    BOOST_TEST(comes_true([&] { return !cache.contains("k"); }));
}

BOOST_DATA_TEST_CASE(a_prefetch_reopens_nothing, data::make(kNamedKinds), kind) {
    const TestName name(kind);
    Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    cache.set("k", "old");
    Cache::remove(name.text());
    cache.prefetch("k");
    BOOST_TEST(cache.reopened() == 0U);
    BOOST_TEST(throws(ErrorCode::not_found, [&] { Cache::attach(name.text()); }));
    BOOST_TEST(!cache.contains("k"));
    cache.prefetch("k");
    BOOST_TEST(mappings_of(name.text()) == 1);
}

BOOST_AUTO_TEST_CASE(a_sandbox_never_goes_back_in_another_cache) {
    const TestName name(Kind::shared);
    Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    Sandbox sandbox(cache);
    Cache::remove(name.text());
    cache.checkpoint("sandbox");  // of another, in the new cache
    cache.set("k", "new");
    BOOST_TEST(throws(ErrorCode::removed, [&] { sandbox.end(); }));
    BOOST_TEST((cache.get("k") == "new"));
    BOOST_TEST(cache.checkpoints().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_lease_is_lost_with_its_cache) {
    const TestName name(Kind::shared);
    Cache cache = Cache::open(name.text(), options_when(WhenRemoved::reopen));
    auto old = get_or_lease(cache, "k", std::chrono::minutes(1));
    BOOST_REQUIRE(old.lease.has_value());
    Cache::remove(name.text());
    auto next = get_or_lease(cache, "k", std::chrono::minutes(1));
    BOOST_REQUIRE(next.lease.has_value());
    BOOST_TEST(!old.lease->fill("old"));
    BOOST_TEST(!cache.contains("k"));
    BOOST_TEST(next.lease->fill("new"));
    BOOST_TEST((cache.get("k") == "new"));
}

BOOST_AUTO_TEST_CASE(a_fork_that_is_removed_gets_a_new_cache_of_its_own_capacity) {
    const TestName name(Kind::shared);
    const TestName other(Kind::shared);
    const Cache cache = Cache::open(name.text(), options_of(4 * kMiB, WhenFull::refuse));
    Cache fork = fork_cache(cache, other.text(), options_when(WhenRemoved::reopen)).value();
    Cache::remove(other.text());
    fork.set("k", "1");
    BOOST_TEST(fork.capacity() == 4 * kMiB);
    BOOST_TEST(fork.info().when_full == WhenFull::refuse);
}

BOOST_AUTO_TEST_CASE(a_private_cache_is_never_removed) {
    Cache cache = Cache::make_private(options_when(WhenRemoved::reopen));
    cache.set("k", "1");
    BOOST_TEST(cache.contains("k"));
    BOOST_TEST(cache.reopened() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
