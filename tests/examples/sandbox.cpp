// SPDX-License-Identifier: MIT
// An example of README.md, word for word from the next line on.
#define BOOST_TEST_MODULE session
#include <boost/test/included/unit_test.hpp>

#include <dummycache/clock.hpp>
#include <dummycache/sandbox.hpp>

using namespace std::chrono_literals;

struct Session {
    dummycache::Cache cache = dummycache::Cache::open("session-test-%w");  // %w: the id of the test worker
    dummycache::Sandbox sandbox{cache};
    Session() { cache.set("session:ann", "f3a9", 30min); }
};

BOOST_FIXTURE_TEST_CASE(a_session_ends_after_half_an_hour, Session) {
    dummycache::Clock(cache).advance(30min);
    BOOST_TEST(!cache.contains("session:ann"));
}

BOOST_FIXTURE_TEST_CASE(a_session_lasts_29_minutes, Session) {
    dummycache::Clock(cache).advance(29min);  // the other case moved the clock too: that was undone
    BOOST_TEST(cache.contains("session:ann"));
}

struct RemoveAtTheEnd {
    ~RemoveAtTheEnd() { dummycache::Cache::remove("session-test-%w"); }
};
BOOST_TEST_GLOBAL_FIXTURE(RemoveAtTheEnd);
