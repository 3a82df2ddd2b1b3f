// SPDX-License-Identifier: MIT
// Goal: garbage is what nobody needs, and nothing else.
// Method: in a /dev/shm of the test's own, for collecting takes every empty cache of the user.
#include <boost/test/unit_test.hpp>

#include <csignal>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "ipc/kill_point.hpp"
#include "support/child.hpp"
#include "support/own_shm.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

std::string object_of(const std::string& name, const std::string& kind = "dummycache") {
    return "/dev/shm/" + kind + "." + std::to_string(::geteuid()) + "." + name;
}

std::vector<std::string> names_of(const std::vector<Garbage>& all) {
    std::vector<std::string> names;
    for (const Garbage& garbage : all) {
        require(garbage.problem.empty(), garbage.problem);
        names.push_back(garbage.name);
    }
    std::ranges::sort(names);
    return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_prune)

BOOST_AUTO_TEST_CASE(garbage_is_what_is_empty_or_damaged_and_not_in_use) {
    with_own_shm(16, [] {
        Cache::open("empty");
        Cache::open("emptied").set("a", "1");
        Cache::open("emptied").clear();
        Cache::open("full").set("a", "1");
        const Cache attached = Cache::open("used");
        std::ofstream(object_of("damaged")) << "no cache";
        std::filesystem::create_directory(object_of("folder"));
        std::filesystem::create_symlink("nowhere", object_of("link"));
        const std::vector<std::string> garbage{"damaged", "emptied", "empty"};
        require(names_of(Cache::collect_garbage(true)) == garbage, "a dry run names something else");
        require(Cache::list().size() == 7, "a dry run removes something");
        require(names_of(Cache::collect_garbage(false)) == garbage, "something else is removed");
        require(names_of(Cache::collect_garbage(false)).empty(), "something is removed twice");
        require(Cache::attach("full").get("a") == "1" && !attached.get("a"), "a cache in use is lost");
    });
}

BOOST_AUTO_TEST_CASE(a_damaged_cache_that_is_in_use_is_left_alone) {
    with_own_shm(16, [] {
        Cache attached = Cache::open("used");
        attached.set("a", "1");
        std::fstream(object_of("used"), std::ios::in | std::ios::out) << "broken";
        require(Cache::collect_garbage(false).empty(), "a cache in use is removed");
        require(attached.get("a") == "1", "the cache is lost");
    });
}

BOOST_AUTO_TEST_CASE(what_a_killed_creator_left_is_garbage_and_what_a_live_one_makes_is_not) {
    with_own_shm(16, [] {
        const std::string temporary = object_of("new", "dummycache-tmp");
        for (const int signal : {SIGSTOP, SIGKILL}) {
            static int raised = 0;
            raised = signal;
            Child creator([] {
                ipc::kill_point_hook = [](const char* where) {
                    if (std::string_view(where) == "create.formatted") ::raise(raised);
                };
                Cache::create("new");
            });
            ::waitid(P_PID, static_cast<id_t>(creator.pid()), nullptr, WSTOPPED | WEXITED | WNOWAIT);
            require(std::filesystem::exists(temporary), "there is nothing to collect");
            require(names_of(Cache::collect_garbage(true)).empty() == (signal == SIGSTOP),
                    "the dry run is wrong");
            require(names_of(Cache::collect_garbage(false)).empty() == (signal == SIGSTOP),
                    "the run is wrong");
            require(std::filesystem::exists(temporary) == (signal == SIGSTOP), "the wrong thing was removed");
            creator.kill();
        }
    });
}

BOOST_AUTO_TEST_CASE(a_cache_that_nobody_used_for_a_time_is_garbage_if_one_asks_for_it) {
    with_own_shm(16, [] {
        namespace fs = std::filesystem;
        using namespace std::chrono_literals;
        const auto make_old = [](const std::string& name, std::chrono::minutes age) {
            fs::last_write_time(object_of(name), fs::file_time_type::clock::now() - age);
        };
        for (const char* name : {"a-old", "a-new", "b-old", "a-used"}) Cache::open(name).set("a", "1");
        Cache::open("a-empty");
        const Cache attached = Cache::attach("a-used");
        for (const char* name : {"a-old", "b-old", "a-used"}) make_old(name, 61min);
        make_old("a-new", 59min);
        GarbageOptions options;
        options.match = "a-*";
        options.older_than = 1h;
        options.dry_run = true;
        for (int i = 0; i < 3; ++i) {  // a look is no use
            static_cast<void>(Cache::list());
            static_cast<void>(Cache::collect_garbage(true));
            require(names_of(Cache::collect_garbage(options)) == std::vector<std::string>{"a-old"},
                    "the dry run is wrong");
        }
        options.dry_run = false;
        require(names_of(Cache::collect_garbage(options)) == std::vector<std::string>{"a-old"},
                "the run is wrong");
        options.match = "*";
        static_cast<void>(Cache::attach("b-old").get("a"));  // a use, as is a read
        require(names_of(Cache::collect_garbage(options)).empty(), "a used cache is removed");
        options.older_than = 0s;
        const std::vector<std::string> rest{"a-empty", "a-new", "b-old"};
        require(names_of(Cache::collect_garbage(options)) == rest, "not all go that nobody is attached to");
        require(attached.get("a") == "1", "a cache in use is lost");
    });
}

BOOST_AUTO_TEST_CASE(a_killed_process_counts_to_the_memory_that_it_took_last) {
    with_own_shm(64, [] {
        namespace fs = std::filesystem;
        using namespace std::chrono_literals;
        Child child([] {
            Cache cache = Cache::open("killed");
            fs::last_write_time(object_of("killed"), fs::file_time_type::clock::now() - 2h);
            // Each page that is taken looks at the clock; after some seconds one notes the use.
            for (std::uint64_t i = 0;
                 fs::last_write_time(object_of("killed")) + 1h < fs::file_time_type::clock::now(); ++i) {
                cache.set("key" + std::to_string(i % 1000), std::string(10'000, 'x'));
                ::usleep(1000);
            }
            ::raise(SIGKILL);
        });
        require(child.wait() == -SIGKILL, "the process is not killed");
        GarbageOptions options;
        options.older_than = 1h;
        require(Cache::collect_garbage(options).empty(), "the cache looks older than it is");
        options.older_than = 0s;
        require(names_of(Cache::collect_garbage(options)) == std::vector<std::string>{"killed"}, "it stays");
    });
}

BOOST_AUTO_TEST_SUITE_END()
