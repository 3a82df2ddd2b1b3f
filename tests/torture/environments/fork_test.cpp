// SPDX-License-Identifier: MIT
// Goal: where there is too little room for a copy, a fork is an error that leaves nothing behind, and the
// cache is as it was; where there is just enough, the copy is whole.
// Method: another file leaves a few more blocks each time, until a cache could be forked.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "dummycache/fork.hpp"
#include "dummycache/snapshot.hpp"
#include "small_environment.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

constexpr Environment kEnvironments[] = {
    {"tmpfs", 16, Kind::shared}, {"tmpfs", 16, Kind::file}, {"ext4", 24, Kind::file}};

/// True if the cache could be forked; where it could not, nothing may have changed.
bool forks(const Cache& cache, const std::string& name, const std::string& state) {
    const std::uint64_t before = free_blocks();
    try {
        const auto copy = fork_cache(cache, name);
        require(copy && digest(*copy) == state && problems_of(*copy).empty(), "the copy is not whole");
        return true;
    } catch (const Error& error) {
        const std::string message = error.what();
        require(error.code() == ErrorCode::full, "the error is: " + message);
        require(message.find("free some") != std::string::npos, "the message gives no advice: " + message);
    }
    require(free_blocks() == before, "memory is gone");
    require(files_in_room().size() == 1, "there is another file than the cache");
    require(digest(cache) == state && problems_of(cache).empty(), "the cache has changed");
    return false;
}

void fork_step_by_step(const Environment& environment) {
    Cache cache = Cache::open(environment.cache_name(), options_of(8 * kMiB));
    for (int i = 0; i < 20'000; ++i) cache.set("key" + std::to_string(i), std::string(100, 'x'));
    cache.set("large", std::string(500'000, 'l'));
    const std::string state = digest(cache);
    const std::string name = environment.cache_name() + "-copy";
    constexpr std::uint64_t kStep = 37;
    Filler filler;
    std::uint64_t refused = 0;
    for (filler.leave(0); !forks(cache, name, state); filler.leave(++refused * kStep)) {
    }
    require(refused > 10, "the steps were too large to see anything");
    require(Cache::remove(name), "it could not be removed");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(environments_fork)

BOOST_DATA_TEST_CASE(too_little_room_for_a_copy_is_an_error_that_leaves_nothing,
                     boost::unit_test::data::make(kEnvironments), environment) {
    in_environment(environment, [&] { fork_step_by_step(environment); });
}

BOOST_AUTO_TEST_SUITE_END()
