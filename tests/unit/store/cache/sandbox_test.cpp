// SPDX-License-Identifier: MIT
// Sandboxes: nested, side by side, and left by the dead.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "dummycache/clock.hpp"
#include "tests/unit/store/cache/sandboxes.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

/// A process that is inside a sandbox until it is told to end it, or is killed.
class InSandbox {
public:
    explicit InSandbox(const TestCache& cache, const std::string& name = "sandbox")
        : child_([&] {
              Cache own = cache.attach();
              Sandbox sandbox(own, name);
              own.set("of the other", "x");
              ready_.write('r');
              static_cast<void>(go_.read<char>());
              sandbox.end();
          }) {
        static_cast<void>(ready_.read<char>());
    }
    int end() {
        go_.write('g');
        return child_.wait();
    }
    int kill() { return child_.kill(); }

private:
    Pipe ready_;
    Pipe go_;
    Child child_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_sandbox)

BOOST_DATA_TEST_CASE(sandboxes_without_names_nest, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    cache->set("key", "0");
    {
        const Sandbox outer(*cache);
        cache->set("key", "1");
        {
            const Sandbox inner(*cache);
            BOOST_TEST((cache->get("key") == "1"));
            cache->set("key", "2");
            cache.clock().advance(1000);
        }
        BOOST_TEST((cache->get("key") == "1"));
        const Sandbox beside(*cache);
        cache->set("key", "3");
        BOOST_TEST(names_of_checkpoints(*cache) == (std::vector<std::string>{"sandbox", "sandbox-2"}),
                   boost::test_tools::per_element());
    }
    BOOST_TEST((cache->get("key") == "0"));
    BOOST_TEST(cache->checkpoints().empty());
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(sandboxes_one_after_the_other_begin_with_the_same_state, data::make(kAllKinds), kind) {
    FrozenCache cache(kind);
    cache->set("key", "0");
    for (int round = 0; round < 3; ++round) {
        Sandbox sandbox(*cache);
        BOOST_TEST((cache->get("key") == "0"));
        cache->set("key", "1");
        if (round == 1) sandbox.end();
        if (round == 1) cache->erase("after the end");
    }
    BOOST_TEST((cache->get("key") == "0"));
    BOOST_TEST(cache->checkpoints().empty());
}

BOOST_AUTO_TEST_CASE(a_name_is_used_once_at_a_time) {
    TestCache cache(Kind::shared);
    cache->set("key", "0");
    Sandbox first(*cache, "x");
    BOOST_TEST(first.name() == "x");
    cache->set("key", "1");
    BOOST_TEST(throws(ErrorCode::checkpoint_exists, [&] { const Sandbox second(*cache, "x"); }));
    BOOST_TEST((cache->get("key") == "1"));
    Child child([&] {
        Cache own = cache.attach();
        require(throws(ErrorCode::checkpoint_exists, [&] { const Sandbox second(own, "x"); }),
                "a name in use was taken");
    });
    BOOST_TEST(child.wait() == 0);
    first.end();
    BOOST_TEST((cache->get("key") == "0"));
    for (const std::string& name : {std::string(), std::string(64, 'n'), std::string("a\nb")})
        BOOST_TEST(throws(ErrorCode::invalid_argument, [&] { const Sandbox wrong(*cache, name); }));
    for (const std::size_t length : {55U, 56U, 63U}) {
        const Sandbox longest(*cache, std::string(length, 'n'));
        BOOST_TEST(cache->checkpoints().front().name == std::string(length, 'n'));
    }
    BOOST_TEST(cache->checkpoints().empty());
}

BOOST_AUTO_TEST_CASE(a_checkpoint_that_somebody_took_is_not_a_sandbox) {
    TestCache cache(Kind::shared);
    cache->checkpoint("sandbox");
    cache->set("key", "0");
    { const Sandbox sandbox(*cache); }
    BOOST_TEST((cache->get("key") == "0"));
    BOOST_TEST(cache->checkpoints().size() == 1U);
}

BOOST_DATA_TEST_CASE(a_process_that_dies_in_sandboxes_leaves_its_changes_to_the_next_one,
                     data::make(kNamedKinds), kind) {
    FrozenCache cache(kind);
    cache->set("key", "0");
    const State before = state_of(*cache);
    for (const char* next : {"sandbox", "another"}) {
        die_in_sandbox(cache, [](Cache& own) {
            own.set("key", "1");
            auto* inner = new Sandbox(own);
            own.clear();
            Clock(own).advance(std::chrono::hours(1));
            static_cast<void>(inner);
        });
        BOOST_TEST(cache->checkpoints().size() == 2U);
        BOOST_TEST(state_of(*cache).empty());
        {
            const Sandbox sandbox(*cache, next);
            BOOST_TEST((state_of(*cache) == before));
            BOOST_TEST(cache->checkpoints().size() == 1U);
        }
        BOOST_TEST((state_of(*cache) == before));
        BOOST_TEST(cache->checkpoints().empty());
    }
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(what_the_dead_left_below_a_checkpoint_in_use_stays) {
    TestCache cache(Kind::shared);
    InSandbox other(cache);
    Sandbox own(*cache);
    cache->set("key", "mine");
    BOOST_TEST(other.kill() == -SIGKILL);
    {
        const Sandbox inner(*cache);
        BOOST_TEST((cache->get("key") == "mine"));
        BOOST_TEST(cache->contains("of the other"));
    }
    own.end();
    BOOST_TEST(cache->contains("of the other"));
    const Sandbox next(*cache);
    BOOST_TEST(!cache->contains("of the other"));
}

BOOST_AUTO_TEST_CASE(two_processes_do_not_undo_one_another_when_they_begin) {
    TestCache cache(Kind::shared);
    InSandbox other(cache);
    {
        const Sandbox own(*cache);
        BOOST_TEST(cache->contains("of the other"));
        cache->set("key", "mine");
    }
    BOOST_TEST(cache->contains("of the other"));
    BOOST_TEST(other.end() == 0);
    BOOST_TEST(state_of(*cache).empty());
}

BOOST_AUTO_TEST_CASE(a_sandbox_that_was_undone_by_another_says_so) {
    TestCache cache(Kind::shared);
    cache->checkpoint("earlier");
    for (const bool by_rollback : {true, false}) {
        const auto undone = [&] {
            const Sandbox sandbox(*cache);
            if (by_rollback) {
                cache->rollback("earlier");
            } else {
                cache->release(sandbox.name());
            }
            cache->checkpoint(sandbox.name());  // another one, of the same name
            cache->set("key", "0");
        };
        BOOST_TEST(throws(ErrorCode::no_checkpoint, undone));
        BOOST_TEST((cache->get("key") == "0"));
        cache->release("sandbox");
    }
}

BOOST_AUTO_TEST_CASE(a_process_may_be_killed_anywhere_in_a_sandbox) {
    TestCache cache(Kind::shared);
    for (int i = 0; i < 100; ++i) cache->set("key" + std::to_string(i), "0");
    const State before = state_of(*cache);
    for (int round = 0; round < 40; ++round) {
        Pipe begun;
        Child child([&] {
            Cache own = cache.attach();
            for (bool first = true;; first = false) {
                const Sandbox sandbox(own);
                for (int i = 0; i < 100; ++i) own.set("key" + std::to_string(i), std::string(100, 'n'));
                const Sandbox inner(own);
                own.clear();
                if (first) begun.write('b');
            }
        });
        static_cast<void>(begun.read<char>());
        ::usleep(static_cast<useconds_t>(37 * round % 1000));
        BOOST_TEST(child.kill() == -SIGKILL);
        const Sandbox next(*cache);
        BOOST_REQUIRE((state_of(*cache) == before));
        BOOST_TEST(cache->checkpoints().size() == 1U);
    }
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_SUITE_END()
