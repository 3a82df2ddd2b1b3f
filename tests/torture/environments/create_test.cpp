// SPDX-License-Identifier: MIT
// Goal: where there is too little room even for an empty cache, creating one is an error that leaves
// nothing behind; where there is just enough, the cache is whole.
// Method: another file leaves 0, 1, 2, ... blocks, until a cache could be created and written.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "ipc/segment/creation_lock.hpp"
#include "small_environment.hpp"
#include "support/kill_points.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

constexpr std::uint64_t kMostBlocks = 4000;

/// What is left where a cache could not be created, or could.
void expect_files(std::size_t count, const std::string& when) {
    std::string all;
    for (const std::string& file : files_in_room()) all += " " + file;
    require(files_in_room().size() == count, when + " there are these files:" + all);
}

/// True if the cache could be created; where it could not, nothing may have changed.
bool creates(const Environment& environment, const Options& options) {
    const std::uint64_t before = free_blocks();
    try {
        return Cache::create(environment.cache_name(), options).has_value();
    } catch (const Error& error) {
        const std::string message = error.what();
        require(error.code() == ErrorCode::full, "the error is: " + message);
        require(message.find(environment.cache_name()) != std::string::npos &&
                    message.find("free some space") != std::string::npos,
                "the message names no cache or gives no advice: " + message);
    }
    require(free_blocks() == before, "memory is gone");
    expect_files(0, "after a cache that could not be created");
    require(throws(ErrorCode::not_found, [&] { Cache::attach(environment.cache_name()); }),
            "there is a cache");
    return false;
}

/// A cache that has memory for nothing but itself is empty and says `full`.
bool stores(const Environment& environment) {
    Cache cache = Cache::attach(environment.cache_name());
    require(!cache.get("key") && !cache.contains("key") && !cache.erase("key"), "an entry from nowhere");
    bool stored = false;
    try {
        stored = cache.set("key", "value");
    } catch (const Error& error) {
        require(error.code() == ErrorCode::full, error.what());
    }
    require(cache.get("key").has_value() == stored, "stored and not there, or the reverse");
    cache.visit([](const EntryView&) { return true; });
    require(cache.stats().entries == (stored ? 1U : 0U) && problems_of(cache).empty(), problems_of(cache));
    return stored;
}

void create_step_by_step(const Environment& environment, const Options& options) {
    Filler filler;
    std::uint64_t refused = 0;
    std::uint64_t unusable = 0;
    for (std::uint64_t blocks = 0;; ++blocks) {
        require(blocks < kMostBlocks, "no room is enough");
        filler.leave(blocks);
        if (!creates(environment, options)) {
            require(!Cache::remove(environment.cache_name()), "there was something to remove");
            ++refused;
            continue;
        }
        expect_files(1, "after a cache that could be created");
        const bool stored = stores(environment);
        require(Cache::remove(environment.cache_name()), "it could not be removed");
        expect_files(0, "after it was removed");
        if (stored) break;
        ++unusable;
    }
    std::cout << environment.label() << ", capacity " << (options.capacity >> 20) << " MiB: " << refused
              << " times no cache, " << unusable << " times an empty one without room" << std::endl;
    require(refused > 10 && unusable > 1, "the steps were too large to see anything");
}

/// A full cache that gets room afterwards works.
void use_after(const Environment& environment, const Options& options) {
    Filler filler;
    filler.leave(0);
    require(!creates(environment, options), "it was created without room");
    filler.let_go();
    Cache cache = Cache::open(environment.cache_name(), options);
    require(cache.set("key", std::string(100'000, 'x')), "there is room by now");
}

std::string lock_file_of(const Environment& environment) {
    return ipc::lock_path(ipc::parse_name(environment.cache_name()));
}

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

/// With room for one empty cache and no more, creators die at one kill point after the other.
void die_with_room_for_one(const Environment& environment, const Options& options) {
    Filler filler;
    std::uint64_t room = 0;
    for (filler.leave(0); !creates(environment, options); filler.leave(++room)) {
    }
    require(Cache::remove(environment.cache_name()), "it could not be removed");
    std::uint64_t deaths = 0;
    for (bool died = true; died; ++deaths) {
        Child creator([&] {
            die_at(deaths + 1);
            Cache::create(environment.cache_name(), options);
        });
        const int result = creator.wait();
        require(result == 0 || result == -SIGKILL, "the creator ended in another way");
        died = result != 0;
        // What the dead one had taken is the next one's. If that finds the cache made, it has no use
        // for the lock, whose file may be left and takes no memory.
        static_cast<void>(Cache::open(environment.cache_name(), options));
        expect_files(1 + is_there(lock_file_of(environment)), "after the next creator");
        require(Cache::remove(environment.cache_name()), "it could not be removed");
        expect_files(0, "after it was removed");
    }
    require(deaths > 10, "hardly any creator died");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(environments_create)

BOOST_DATA_TEST_CASE(the_room_of_a_creator_that_died_is_the_next_ones,
                     boost::unit_test::data::make(kSmallEnvironments), environment) {
    in_environment(environment, [&] { die_with_room_for_one(environment, options_of(kMiB)); });
}

BOOST_DATA_TEST_CASE(too_little_room_for_an_empty_cache_is_an_error_that_leaves_nothing,
                     boost::unit_test::data::make(kSmallEnvironments), environment) {
    for (const std::uint64_t capacity : {kMiB, 256 * kMiB}) {
        in_environment(environment, [&] { create_step_by_step(environment, options_of(capacity)); });
        in_environment(environment, [&] { use_after(environment, options_of(capacity)); });
    }
}

BOOST_AUTO_TEST_CASE(too_few_inodes_are_an_error_that_leaves_nothing) {
    // The root of the file system, the lock file, the object: one after the other is missing.
    for (const int inodes : {1, 2, 3}) {
        const Environment environment{"tmpfs", 8, Kind::shared};
        in_environment(
            environment,
            [&] { require(creates(environment, options_of(kMiB)) == (inodes == 3), "not as expected"); },
            ",nr_inodes=" + std::to_string(inodes));
    }
}

BOOST_AUTO_TEST_SUITE_END()
