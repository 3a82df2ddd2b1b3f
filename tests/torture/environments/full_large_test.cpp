// SPDX-License-Identifier: MIT
// Goal: a large value for which the system's memory does not suffice fails half-way and gives its pages
// back, also when its writer is killed in the middle.
// Method: values of more than is left are set again and again; afterwards all that is left can be used.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "small_environment.hpp"
#include "support/checked_value.hpp"
#include "support/kill_points.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

constexpr int kRounds = 10;
constexpr std::uint64_t kDeaths = 40;

const Options kOptions = options_of(256 * kMiB, WhenFull::refuse);

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }

void set_base(Cache& cache) {
    for (std::uint64_t number = 0; number < 100; ++number)
        cache.set(key_of(number), checked_value(key_of(number), number, 500));
}

/// All that was there is there, and nothing else.
void require_base(const Cache& cache) {
    for (std::uint64_t number = 0; number < 100; ++number) {
        const auto value = cache.get(key_of(number));
        require(value && number_in(key_of(number), *value) == number, "an entry is gone or changed");
    }
    require(cache.stats().entries == 100 && cache.stats().evicted == 0, "there are other entries");
    require(problems_of(cache).empty(), problems_of(cache));
}

/// How many values of 64 KiB there is room for; they are deleted again.
std::uint64_t room_for(Cache& cache) {
    const std::string value(64 * kKiB, 'r');
    std::uint64_t count = 0;
    const bool full = throws(ErrorCode::full, [&] {
        for (;; ++count) cache.set("room" + std::to_string(count), value);
    });
    require(full, "the room has no end");
    for (std::uint64_t number = 0; number < count; ++number) cache.erase("room" + std::to_string(number));
    return count;
}

void fail_half_way(const Environment& environment) {
    Cache cache = Cache::open(environment.cache_name(), kOptions);
    set_base(cache);
    const std::uint64_t room = room_for(cache);
    const std::string huge(static_cast<std::size_t>(environment.mebibytes) << 20, 'h');
    for (int round = 0; round < kRounds; ++round) {
        require(throws(ErrorCode::full, [&] { cache.set("huge", huge); }), "it was stored");
        require(throws(ErrorCode::full, [&] { cache.append(key_of(1), huge); }), "it was appended");
        require(throws(ErrorCode::full, [&] { cache.add("huge", huge); }), "it was added");
    }
    require_base(cache);
    require(room_for(cache) == room, "pages did not come back");
    std::cout << environment.label() << ": room for " << room << " values of 64 KiB, before and after "
              << 3 * kRounds << " failures" << std::endl;
}

/// A writer of a value that cannot fit dies at its n-th kill point.
void die_half_way(const Environment& environment) {
    Cache cache = Cache::open(environment.cache_name(), kOptions);
    set_base(cache);
    const std::uint64_t room = room_for(cache);
    const std::string huge(static_cast<std::size_t>(environment.mebibytes) << 20, 'h');
    std::uint64_t deaths = 0;
    for (std::uint64_t i = 0; i < kDeaths; ++i) {
        // Denser at the beginning; the last ones are among the pages that are given back.
        const std::uint64_t nth =
            i < 20 ? i + 1 : i * i * static_cast<std::uint64_t>(environment.mebibytes) / 10;
        Child child([&] {
            die_at(nth);
            static_cast<void>(throws(ErrorCode::full, [&] { cache.set("huge", huge); }));
        });
        const int result = child.wait();
        require(result == 0 || result == -SIGKILL, "a writer ended in another way");
        deaths += result != 0;
        require(!cache.erase("absent"), "an entry from nowhere");
    }
    require_base(cache);
    require(deaths >= 20, "hardly any writer died");
    const std::uint64_t after = room_for(cache);
    require(after == room, "pages of the dead did not come back: room for " + std::to_string(after) +
                               " values, before for " + std::to_string(room));
    require_base(cache);
    std::cout << environment.label() << ": " << deaths << " writers of a large value died" << std::endl;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(environments_full_large)

BOOST_DATA_TEST_CASE(a_large_value_that_does_not_fit_gives_its_pages_back, data::make(kSmallEnvironments),
                     environment) {
    in_environment(environment, [&] { fail_half_way(environment); });
}

BOOST_DATA_TEST_CASE(the_pages_of_a_writer_that_dies_half_way_come_back, data::make(kSmallEnvironments),
                     environment) {
    in_environment(environment, [&] { die_half_way(environment); });
}

BOOST_AUTO_TEST_SUITE_END()
