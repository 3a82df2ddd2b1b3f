// SPDX-License-Identifier: MIT
// Sandboxes whose checkpoint is lost, and sandboxes in forked children.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <stdexcept>

#include "dummycache/fork.hpp"
#include "tests/unit/store/cache/sandboxes.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

void fill(Cache& cache, char letter) {
    for (int i = 0; i < 4000; ++i) cache.set("key" + std::to_string(i), std::string(100, letter));
}

/// A full cache, in which a checkpoint is lost when all entries are written again.
class FullCache : public FrozenCache {
public:
    explicit FullCache(Kind kind = Kind::shared) : FrozenCache(kind, options_of(kMiB)) { fill(**this, 'a'); }

    void lose_checkpoints() { fill(**this, 'Z'); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_sandbox_ends)

BOOST_DATA_TEST_CASE(the_end_of_a_scope_whose_checkpoint_was_lost_throws_and_leaves_none,
                     data::make(kAllKinds), kind) {
    FullCache full(kind);
    Cache& cache = *full;
    BOOST_TEST(throws(ErrorCode::checkpoint_lost, [&] {
        const Sandbox sandbox(cache);
        fill(cache, 'Z');
    }));
    BOOST_TEST(cache.checkpoints().empty());
    const State now = state_of(cache);
    Sandbox sandbox(cache, "called");
    fill(cache, 'Y');
    BOOST_TEST(throws(ErrorCode::checkpoint_lost, [&] { sandbox.end(); }));
    BOOST_TEST(cache.checkpoints().empty());
    sandbox.end();  // nothing more
    fill(cache, 'Z');
    {
        const Sandbox next(cache);
        cache.set("key1", "x");
    }
    BOOST_TEST((state_of(cache) == now));
    BOOST_TEST(problems_of(cache) == "");
}

BOOST_AUTO_TEST_CASE(each_of_nested_sandboxes_is_given_up_when_all_were_lost) {
    FullCache cache;
    BOOST_TEST(throws(ErrorCode::checkpoint_lost, [&] {
        const Sandbox outer(*cache);
        const Sandbox inner(*cache);
        cache.lose_checkpoints();
    }));
    BOOST_TEST(cache->checkpoints().empty());
}

BOOST_AUTO_TEST_CASE(a_lost_sandbox_does_not_hide_the_exception_that_unwinds_it) {
    FullCache cache;
    const auto fail = [&] {
        const Sandbox sandbox(*cache);
        cache.lose_checkpoints();
        throw std::runtime_error("the test's own");
    };
    BOOST_CHECK_THROW(fail(), std::runtime_error);
    BOOST_TEST(cache->checkpoints().empty());
}

BOOST_AUTO_TEST_CASE(a_sandbox_in_a_destructor_that_unwinding_calls_may_throw) {
    FullCache cache;
    bool told = false;
    struct AtEnd {
        FullCache& cache;
        bool& told;
        ~AtEnd() {
            told = throws(ErrorCode::checkpoint_lost, [this] {
                const Sandbox sandbox(*cache);
                cache.lose_checkpoints();
            });
        }
    };
    const auto fail = [&] {
        const AtEnd at_end{cache, told};
        throw std::runtime_error("the test's own");
    };
    BOOST_CHECK_THROW(fail(), std::runtime_error);
    BOOST_TEST(told);
}

BOOST_AUTO_TEST_CASE(what_the_dead_lost_is_said_once) {
    FullCache cache;
    die_in_sandbox(cache, [](Cache& own) { fill(own, 'Z'); });
    BOOST_TEST(cache->checkpoints().front().lost);
    const State now = state_of(*cache);
    BOOST_TEST(throws(ErrorCode::checkpoint_lost, [&] { const Sandbox next(*cache); }));
    BOOST_TEST((state_of(*cache) == now));
    BOOST_TEST(cache->checkpoints().empty());
    const Sandbox next(*cache);
    BOOST_TEST((state_of(*cache) == now));
}

BOOST_AUTO_TEST_CASE(a_sandbox_begins_over_a_lost_checkpoint) {
    FullCache cache;
    cache->checkpoint("of somebody");
    cache.lose_checkpoints();
    BOOST_TEST(cache->checkpoints().front().lost);
    const State now = state_of(*cache);
    for (const char* name : {"mine", "of somebody"}) {
        {
            const Sandbox sandbox(*cache, name);
            cache->set("key1", "x");
        }
        BOOST_TEST((state_of(*cache) == now));
    }
    BOOST_TEST(cache->checkpoints().empty());
}

BOOST_AUTO_TEST_CASE(a_sandbox_of_a_removed_cache_ends_silently) {
    TestCache cache(Kind::shared);
    {
        const Sandbox sandbox(*cache);
        Cache::remove(cache.name());
    }
    Sandbox* later = nullptr;
    BOOST_TEST(throws(ErrorCode::removed, [&] { later = new Sandbox(*cache); }));
    BOOST_TEST(later == nullptr);
}

BOOST_DATA_TEST_CASE(a_forked_child_leaves_the_sandbox_of_its_parent_alone, data::make(kAllKinds), kind) {
    TestCache cache(kind);
    cache->set("key", "0");
    auto sandbox = std::make_unique<Sandbox>(*cache);
    cache->set("key", "1");
    const auto in_child = [&](auto body) {
        Child child([&] { body(); });
        BOOST_TEST(child.wait() == 0);
        BOOST_TEST((cache->get("key") == "1"));
        BOOST_TEST(cache->checkpoints().size() == 1U);
    };
    in_child([&] { sandbox.reset(); });
    in_child([&] { sandbox->end(); });
    in_child([&] {
        require(cache->get("key") == "1", "the child sees another value");
        Child grandchild([&] { sandbox.reset(); });
        require(grandchild.wait() == 0, "the grandchild failed");
        sandbox.reset();
    });
    in_child([&] {
        {
            const Sandbox own(*cache);
            cache->set("key", "of the child");
        }
        require(cache->get("key") == "1", "the child's own sandbox did not go back to its begin");
        sandbox.reset();
    });
    sandbox->end();
    BOOST_TEST((cache->get("key") == "0"));
    BOOST_TEST(cache->checkpoints().empty());
}

BOOST_AUTO_TEST_CASE(a_failed_assertion_in_a_child_unwinds_nothing_of_its_parent) {
    TestCache cache(Kind::shared);
    cache->set("key", "0");
    const Sandbox sandbox(*cache);
    cache->set("key", "1");
    Child child([&] {
        try {
            throw std::runtime_error("a failed assertion");
        } catch (const std::runtime_error&) {
            sandbox.~Sandbox();  // as unwinding does
        }
        ::_exit(7);
    });
    BOOST_TEST(child.wait() == 7);
    BOOST_TEST((cache->get("key") == "1"));
}

BOOST_AUTO_TEST_CASE(a_fork_of_a_cache_has_no_part_in_its_sandboxes) {
    TestCache cache(Kind::shared);
    cache->checkpoint("kept");
    const Sandbox sandbox(*cache, "case");
    cache->set("key", "1");
    const TestName name(Kind::shared);
    Cache copy = fork_cache(*cache, name.text()).value();
    BOOST_TEST(names_of_checkpoints(copy) == std::vector<std::string>{"kept"},
               boost::test_tools::per_element());
    {
        const Sandbox own(copy, "case");
        BOOST_TEST((copy.get("key") == "1"));
        copy.set("key", "2");
    }
    BOOST_TEST((copy.get("key") == "1"));
    BOOST_TEST(problems_of(copy) == "");
    copy.rollback("kept");
    BOOST_TEST(!copy.contains("key"));
    BOOST_TEST((cache->get("key") == "1"));
}

BOOST_AUTO_TEST_SUITE_END()
