// SPDX-License-Identifier: MIT
// Which event each call notes.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>
#include <vector>

#include <dummycache/lease.hpp>

#include "support/test_cache.hpp"
#include "unit/store/history/events.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

struct NamedCall {
    const char* events;
    std::function<void(Cache&)> call;
};
std::ostream& operator<<(std::ostream& out, const NamedCall& call) { return out << call.events; }

constexpr Timeout kOver{0s};

const std::vector<NamedCall> kCalls{
    {"get hit k", [](Cache& cache) { static_cast<void>(cache.get("k")); }},
    {"get miss none", [](Cache& cache) { static_cast<void>(cache.get("none")); }},
    {"get hit k", [](Cache& cache) { static_cast<void>(cache.get_entry("k")); }},
    {"", [](Cache& cache) { static_cast<void>(cache.peek("k")); }},
    {"", [](Cache& cache) { static_cast<void>(cache.ttl("k")); }},
    {"get hit k, get miss none, get hit l",
     [](Cache& cache) {
         static_cast<void>(cache.get_many({"k", "none", "l"}));
     }},
    {"contains hit k", [](Cache& cache) { static_cast<void>(cache.contains("k")); }},
    {"contains miss none", [](Cache& cache) { static_cast<void>(cache.contains("none")); }},
    {"set stored k", [](Cache& cache) { cache.set("k", "2"); }},
    {"set stored l", [](Cache& cache) { cache.set("l", std::string(40'000, 'v')); }},
    {"set stored k", [](Cache& cache) { cache.set("k", "2", 60s); }},
    {"set timed_out k", [](Cache& cache) { cache.set("k", "2", kOver); }},
    {"set stored a, set stored b",
     [](Cache& cache) {
         cache.set_many({{"a", "1"}, {"b", "2"}});
     }},
    {"set stored x, set full k",
     [](Cache& cache) {
         const std::string half(400'000, 'v');
         cache.set("x", half);
         BOOST_TEST(throws(ErrorCode::full, [&] { cache.set("k", half); }));
     }},
    {"add refused k", [](Cache& cache) { cache.add("k", "2"); }},
    {"add stored none", [](Cache& cache) { cache.add("none", "2"); }},
    {"replace stored k", [](Cache& cache) { cache.replace("k", "2"); }},
    {"replace refused none", [](Cache& cache) { cache.replace("none", "2"); }},
    {"replace timed_out k", [](Cache& cache) { cache.replace("k", "2", kOver); }},
    {"set_if refused k", [](Cache& cache) { cache.set_if("k", "2", 12'345); }},
    {"erase deleted k", [](Cache& cache) { cache.erase("k"); }},
    {"erase miss none", [](Cache& cache) { cache.erase("none"); }},
    {"erase deleted k, erase deleted l",
     [](Cache& cache) {
         cache.erase_many({"k", "l"});
     }},
    {"take deleted k", [](Cache& cache) { cache.take("k"); }},
    {"take miss none", [](Cache& cache) { cache.take("none"); }},
    {"touch stored k", [](Cache& cache) { cache.touch("k", 60s); }},
    {"touch miss none", [](Cache& cache) { cache.touch("none", 60s); }},
    {"touch timed_out k", [](Cache& cache) { cache.touch("k", kOver); }},
    {"persist stored k", [](Cache& cache) { cache.persist("k"); }},
    {"incr stored k", [](Cache& cache) { cache.incr("k"); }},
    {"incr refused word",
     [](Cache& cache) { BOOST_TEST(throws(ErrorCode::wrong_kind, [&] { cache.incr("word"); })); }},
    {"decr stored k", [](Cache& cache) { cache.decr("k"); }},
    {"append stored l", [](Cache& cache) { cache.append("l", "more"); }},
    {"append stored l", [](Cache& cache) { cache.append("l", std::string(40'000, 'v')); }},
    {"get miss none, fill stored none",
     [](Cache& cache) { get_or_lease(cache, "none", 1s).lease->fill("2"); }},
    {"clear cleared ", [](Cache& cache) { cache.clear(); }},
    {"set stored k, rollback rolled_back ",
     [](Cache& cache) {
         cache.checkpoint("c");
         cache.set("k", "2");
         cache.rollback("c");
     }},
    {"", [](Cache& cache) { cache.visit([](const EntryView&) { return true; }); }},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_journal_calls)

BOOST_DATA_TEST_CASE(each_call_notes_what_came_of_it, data::make(kCalls), call) {
    for (const Kind kind : {Kind::shared, Kind::file, Kind::private_memory}) {
        Options options = options_of(kMiB, WhenFull::refuse);
        TestCache cache(kind, options);
        cache->set("k", "1");
        cache->set("l", "2");
        cache->set("word", "no number");
        BOOST_TEST(of_call(*cache, call.call) == call.events);
        BOOST_TEST(problems_of(*cache) == "");
    }
}

BOOST_AUTO_TEST_SUITE_END()
