// SPDX-License-Identifier: MIT
// Names that differ from one test worker to the next.
#include "store/api/worker_name.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdlib>
#include <string>

#include <unistd.h>

#include "support/child.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using store::name_for_worker;

namespace {

/// No variable of a test runner is set; what is set is gone at the end.
struct NoWorker {
    static constexpr const char* kVariables[] = {
        "DUMMYCACHE_WORKER", "PYTEST_XDIST_WORKER", "TEST_ENV_NUMBER",  "TEST_WORKER_INDEX", "JEST_WORKER_ID",
        "VITEST_POOL_ID",    "MOCHA_WORKER_ID",     "TEST_SHARD_INDEX", "GTEST_SHARD_INDEX"};
    NoWorker() { unset(); }
    ~NoWorker() { unset(); }
    static void unset() {
        for (const char* variable : kVariables) ::unsetenv(variable);
        ::unsetenv("DUMMYCACHE_RUN");
        ::unsetenv("PYTEST_XDIST_TESTRUNUID");
    }
    static void set(const char* variable, const std::string& value) { ::setenv(variable, value.c_str(), 1); }
};

/// What a child process calls "%r", in a session of its own if `of_its_own`.
std::string run_of_a_child(bool of_its_own) {
    using Text = std::array<char, 64>;
    const Pipe pipe;
    Child child([&] {
        if (of_its_own) require(::setsid() > 0, "setsid");
        Text text{};
        name_for_worker("%r").copy(text.data(), text.size() - 1);
        pipe.write(text);
    });
    BOOST_TEST(child.wait() == 0);
    return pipe.read<Text>().data();
}

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
    set("DUMMYCACHE_WORKER", "mine");
    BOOST_TEST(name_for_worker("%w") == "mine");
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

BOOST_AUTO_TEST_CASE(a_run_is_what_its_variable_says) {
    set("PYTEST_XDIST_TESTRUNUID", "0a1b2c");
    BOOST_TEST(name_for_worker("t-%r-%%r") == "t-0a1b2c-%r");
    set("DUMMYCACHE_RUN", "");
    BOOST_TEST(name_for_worker("%r") == "0a1b2c");
    set("DUMMYCACHE_RUN", "7");
    BOOST_TEST(name_for_worker("%r") == "7");
    set("DUMMYCACHE_RUN", "../7");
    BOOST_TEST(is_refused("%r"));
    set("JEST_WORKER_ID", "3");
    set("DUMMYCACHE_RUN", "%w");
    BOOST_TEST(is_refused("%r"));
}

BOOST_AUTO_TEST_CASE(without_a_variable_a_run_is_a_session) {
    const std::string own = name_for_worker("%r");
    BOOST_TEST(own == name_for_worker("%r"));
    BOOST_TEST(own == run_of_a_child(false));
    const std::string first = run_of_a_child(true);
    BOOST_TEST(own != first);
    BOOST_TEST(first != run_of_a_child(true));
    BOOST_TEST(own.starts_with(std::to_string(::getsid(0) > 0 ? ::getsid(0) : 1) + "-"));
    BOOST_TEST(Cache::create("./" + own + ".x").has_value());  // it can be a part of a name
    BOOST_TEST(Cache::remove("./%r.x"));
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
