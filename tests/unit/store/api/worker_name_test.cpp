// SPDX-License-Identifier: MIT
// Names that differ from one test worker to the next.
#include "store/api/worker_name.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using store::name_for_worker;

namespace {

/// No variable of a test runner is set; what is set is gone at the end.
struct NoWorker {
    static constexpr const char* kVariables[] = {
        "PYTEST_XDIST_WORKER", "TEST_ENV_NUMBER", "TEST_WORKER_INDEX", "JEST_WORKER_ID",
        "VITEST_POOL_ID",      "MOCHA_WORKER_ID", "TEST_SHARD_INDEX",  "GTEST_SHARD_INDEX"};
    NoWorker() { unset(); }
    ~NoWorker() { unset(); }
    static void unset() {
        for (const char* variable : kVariables) ::unsetenv(variable);
    }
    static void set(const char* variable, const std::string& value) { ::setenv(variable, value.c_str(), 1); }
};

bool is_refused(const std::string& name) {
    return throws(ErrorCode::invalid_argument, [&] { static_cast<void>(name_for_worker(name)); });
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(store_worker_name, NoWorker)

BOOST_AUTO_TEST_CASE(names_without_a_percent_sign_stay_as_they_are) {
    set("JEST_WORKER_ID", "3");
    for (const char* name : {"", "w", "orders", "/tmp/w.cache"}) BOOST_TEST(name_for_worker(name) == name);
}

BOOST_AUTO_TEST_CASE(it_is_nothing_where_there_is_no_worker) {
    BOOST_TEST(name_for_worker("tests-%w") == "tests-");
    BOOST_TEST(name_for_worker("%w") == "");
}

BOOST_AUTO_TEST_CASE(every_runner_is_known) {
    for (const char* variable : kVariables) {
        set(variable, "gw7");
        BOOST_TEST(name_for_worker("./%w/tests-%w.cache") == "./gw7/tests-gw7.cache");
        unset();
    }
}

BOOST_AUTO_TEST_CASE(the_first_that_is_not_empty_counts) {
    set("GTEST_SHARD_INDEX", "5");
    set("JEST_WORKER_ID", "4");
    BOOST_TEST(name_for_worker("%w") == "4");
    set("TEST_ENV_NUMBER", "");  // as of the first worker
    BOOST_TEST(name_for_worker("%w") == "4");
    set("TEST_ENV_NUMBER", "2");
    BOOST_TEST(name_for_worker("%w") == "2");
    set("PYTEST_XDIST_WORKER", "gw0");
    BOOST_TEST(name_for_worker("%w") == "gw0");
}

BOOST_AUTO_TEST_CASE(two_percent_signs_are_one) {
    set("JEST_WORKER_ID", "3");
    BOOST_TEST(name_for_worker("100%%") == "100%");
    BOOST_TEST(name_for_worker("%%w") == "%w");
    BOOST_TEST(name_for_worker("%%%w%%") == "%3%");
}

BOOST_AUTO_TEST_CASE(other_letters_behind_a_percent_sign_are_refused) {
    for (const char* name : {"%", "a%", "%W", "a%20b", "%%%", "% w"}) {
        BOOST_TEST_CONTEXT(name) { BOOST_TEST(is_refused(name)); }
    }
}

BOOST_AUTO_TEST_CASE(an_id_that_could_lead_elsewhere_is_refused) {
    for (const char* id : {"..", ".", "a/b", "../x", "a b", "a\nb", "%w", "\xc3\xa4", "a;b"}) {
        BOOST_TEST_CONTEXT(id) {
            set("TEST_ENV_NUMBER", id);
            BOOST_TEST(is_refused("/tmp/%w"));
            BOOST_TEST(!is_refused("/tmp/w"));
        }
    }
    set("TEST_ENV_NUMBER", "a-b_c.9");
    BOOST_TEST(name_for_worker("%w") == "a-b_c.9");
}

BOOST_AUTO_TEST_CASE(each_call_that_takes_a_name_expands_it) {
    for (const Kind kind : kNamedKinds) {
        const TestName name(kind);
        const std::string pattern = name.text() + "%w";
        set("JEST_WORKER_ID", "1");
        Cache one = Cache::create(pattern).value();
        one.set("a", "1");
        BOOST_TEST(one.info().name == name.text() + "1");
        set("JEST_WORKER_ID", "2");
        BOOST_TEST(throws(ErrorCode::not_found, [&] { Cache::attach(pattern); }));
        Cache two = Cache::open(pattern);
        BOOST_TEST(!two.get("a"));
        BOOST_TEST(Cache::remove(pattern));
        BOOST_TEST(!Cache::remove(pattern));
        set("JEST_WORKER_ID", "1");
        BOOST_TEST((Cache::attach(pattern).get("a") == "1"));
        BOOST_TEST(Cache::remove(pattern));
    }
}

BOOST_AUTO_TEST_SUITE_END()
