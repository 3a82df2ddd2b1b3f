// SPDX-License-Identifier: MIT
// An example of tools/guide/cpp_tests.md, word for word from the next line on.
#define BOOST_TEST_MODULE login
#include <boost/test/included/unit_test.hpp>

#include <dummycache/clock.hpp>
#include <dummycache/sandbox.hpp>
#include <dummycache/snapshot.hpp>

#include <sstream>

using namespace std::chrono_literals;

/// The state that each case begins with, loaded once.
dummycache::Cache& prepared() {
    static auto cache = [] {
        auto made = dummycache::Cache::open("login-test-%w");
        std::istringstream fixture(R"({"key":"user:ann","json":{"name":"Ann"}}
                                      {"key":"session:ann","value":"f3a9","ttl":1800})");
        dummycache::load(made, fixture);
        dummycache::Clock(made).freeze();
        return made;
    }();
    return cache;
}

struct Login {
    dummycache::Cache cache = prepared();
    dummycache::Sandbox sandbox{cache};  // what a case does, whichever process does it, is undone at its end
};

BOOST_FIXTURE_TEST_CASE(logging_out_ends_the_session, Login) {
    cache.erase("session:ann");
    cache.incr("logouts");
    BOOST_TEST(!cache.contains("session:ann"));
}

BOOST_FIXTURE_TEST_CASE(a_session_ends_after_half_an_hour, Login) {
    BOOST_TEST(cache.contains("session:ann"));  // the case before left nothing behind
    BOOST_TEST(!cache.contains("logouts"));
    dummycache::Clock(cache).advance(30min);
    BOOST_TEST(!cache.contains("session:ann"));
}

struct RemoveAtTheEnd {
    ~RemoveAtTheEnd() { dummycache::Cache::remove("login-test-%w"); }
};
BOOST_TEST_GLOBAL_FIXTURE(RemoveAtTheEnd);
