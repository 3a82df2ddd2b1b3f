// SPDX-License-Identifier: MIT
// Goal: a process may be killed while it creates, opens, leaves or removes a cache.
// Method: a child dies at its n-th kill point, for every n; then the parent opens the cache, uses it
// and removes it.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>

#include "dummycache/fork.hpp"
#include "support/child.hpp"
#include "support/kill_points.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

const Options kOptions = options_of(2 * kMiB);

/// Files whose names hold the cache's: the object itself, and temporary ones that take memory. An
/// empty lock file stays until somebody creates or removes.
int objects_of(Kind kind, const std::string& name) {
    const std::filesystem::path path(name);
    int found = 0;
    const auto folder = kind == Kind::file ? path.parent_path() : std::filesystem::path("/dev/shm");
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const bool ours =
            entry.path().filename().string().find(path.filename().string()) != std::string::npos;
        found += ours && entry.file_size() != 0;
    }
    return found;
}

/// Runs `act` in children that die at their n-th kill point, until one comes to its end.
template <class Before, class Act, class After>
int die_everywhere(Kind kind, Before before, Act act, After after) {
    for (std::uint64_t nth = 1; nth < 1000; ++nth) {
        BOOST_TEST_CONTEXT("killed at " << nth) {
            const TestName name(kind);
            before(name.text());
            Child child([&] {
                die_at(nth);
                act(name.text());
            });
            const int result = child.wait();
            BOOST_REQUIRE((result == 0 || result == -SIGKILL));
            after(name.text());
            BOOST_TEST(objects_of(kind, name.text()) <= 1);
            Cache::remove(name.text());
            BOOST_TEST(objects_of(kind, name.text()) == 0);
            if (result == 0) return static_cast<int>(nth) - 1;
        }
    }
    return -1;
}

std::optional<Cache> attached(const std::string& name) {
    try {
        return Cache::attach(name);
    } catch (const Error& error) {
        BOOST_TEST((error.code() == ErrorCode::not_found));
        return std::nullopt;
    }
}

void use(const std::string& name) {
    Cache cache = Cache::open(name, kOptions);
    BOOST_TEST(cache.incr("n") > 0);
    BOOST_TEST(problems_of(cache) == "");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(kill_points_lifetime)

BOOST_DATA_TEST_CASE(a_creator_that_dies_leaves_a_whole_cache_or_none, data::make(kNamedKinds), kind) {
    const int kills = die_everywhere(
        kind, [](const std::string&) {}, [](const std::string& name) { Cache::create(name, kOptions); }, use);
    BOOST_TEST(kills >= 10);
}

BOOST_DATA_TEST_CASE(an_opener_that_dies_leaves_the_cache_alone, data::make(kNamedKinds), kind) {
    const int kills = die_everywhere(
        kind, [](const std::string& name) { Cache::open(name, kOptions).set("a", "1"); },
        [](const std::string& name) { Cache::open(name, kOptions).incr("n"); },
        [](const std::string& name) {
            use(name);
            BOOST_TEST((Cache::attach(name).get("a") == "1"));
            BOOST_TEST(Cache::attach(name).info().processes.size() == 1U);
        });
    BOOST_TEST(kills >= 10);
}

BOOST_DATA_TEST_CASE(a_remover_that_dies_leaves_the_cache_or_none, data::make(kNamedKinds), kind) {
    const int kills = die_everywhere(
        kind, [](const std::string& name) { Cache::open(name, kOptions).set("a", "1"); },
        [](const std::string& name) { Cache::remove(name); }, use);
    BOOST_TEST(kills >= 3);
}

BOOST_DATA_TEST_CASE(a_forker_that_dies_leaves_a_whole_copy_or_none,
                     data::make(kNamedKinds) * data::make(kNamedKinds), from_kind, kind) {
    TestCache from(from_kind, kOptions);
    for (int i = 0; i < 40; ++i) from->set("key" + std::to_string(i), std::string(100, 'x'));
    from->set("large", std::string(100'000, 'l'));
    const int kills = die_everywhere(
        kind, [](const std::string&) {},
        [&](const std::string& name) { fork_cache(Cache::attach(from.name()), name); },
        [&](const std::string& name) {
            if (const auto copy = attached(name)) {
                BOOST_TEST((copy->get("key39") == std::string(100, 'x')));
                BOOST_TEST((copy->get("large") == std::string(100'000, 'l')));
                BOOST_TEST(copy->stats().entries == 41U);
            }
            use(name);
            BOOST_REQUIRE(problems_of(*from) == "");
            BOOST_TEST(from->stats().entries == 41U);
        });
    BOOST_TEST(kills >= 20);
}

BOOST_DATA_TEST_CASE(a_process_that_dies_while_it_gives_memory_back_leaves_a_sound_cache,
                     data::make(kNamedKinds), kind) {
    const int kills = die_everywhere(
        kind,
        [](const std::string& name) {
            Cache cache = Cache::open(name, kOptions);
            for (int i = 0; i < 300; ++i) cache.set("key" + std::to_string(i), std::string(2000, 'x'));
            cache.set("large", std::string(100'000, 'l'));
        },
        [](const std::string& name) { Cache::attach(name).clear(); },
        [](const std::string& name) {
            {
                Cache cache = Cache::attach(name);
                const std::uint64_t entries = cache.stats().entries;
                BOOST_TEST((entries == 0 || entries == 301));
                BOOST_TEST((entries != 0 || !cache.get("large")));  // the count may be that of before the clear
                BOOST_TEST((cache.get("large").has_value() == cache.get("key0").has_value()));
                for (int i = 0; i < 300; ++i) cache.set("key" + std::to_string(i), std::string(2000, 'y'));
                BOOST_TEST((cache.get("key7") == std::string(2000, 'y')));
            }
            use(name);
        });
    BOOST_TEST(kills >= 40);
}

BOOST_DATA_TEST_CASE(the_first_write_may_die_in_an_empty_cache, data::make(kNamedKinds), kind) {
    const int kills = die_everywhere(
        kind, [](const std::string& name) { Cache::open(name, kOptions); },
        [](const std::string& name) { Cache::open(name, kOptions).set("a", std::string(100, 'x')); },
        [](const std::string& name) {
            const auto value = Cache::attach(name).get("a");
            BOOST_TEST((!value || *value == std::string(100, 'x')));
            use(name);
        });
    BOOST_TEST(kills >= 20);
}

BOOST_AUTO_TEST_SUITE_END()
