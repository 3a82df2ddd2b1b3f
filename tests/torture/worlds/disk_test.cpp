// SPDX-License-Identifier: MIT
// Goal: what a cache in a file said it stored on a disk that is full is on the disk.
// Method: a cache fills a small ext4 and goes on writing; the disk is unmounted, mounted again and read.
#include <boost/test/unit_test.hpp>

#include <map>

#include "small_world.hpp"
#include "support/checked_value.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

constexpr World kDisk{"ext4", 12, Kind::file};

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }

/// Writes until the cache refused or evicted, then as much again over what is there.
std::uint64_t fill(Cache& cache) {
    std::uint64_t end = 0;
    const auto set = [&](std::uint64_t number, std::uint64_t round) {
        return cache.set(key_of(number), checked_value(key_of(number), round, 100 + number % 2000));
    };
    while (cache.stats().evicted == 0) {
        try {
            set(end, 1);
        } catch (const Error& error) {
            require(error.code() == ErrorCode::full, error.what());
            break;
        }
        ++end;
    }
    for (std::uint64_t number = 0; number < end; number += 3) cache.erase(key_of(number));
    for (std::uint64_t number = 0; number < end; number += 6) require(set(number, 2), "not stored");
    return end;
}

void keep_on_disk(WhenFull when_full) {
    std::map<std::string, std::string> stored;
    {
        Cache cache = Cache::open(kDisk.cache_name(), options_of(256 * kMiB, when_full));
        fill(cache);
        require(!has_room_for(200), "the disk is not full");
        cache.visit([&stored](const EntryView& entry) {
            stored.emplace(entry.key, entry.value);
            return true;
        });
        for (const auto& [key, value] : stored) require(number_in(key, value).has_value(), "a torn value");
    }
    mount_again();
    Cache cache = Cache::attach(kDisk.cache_name());
    require(problems_of(cache).empty(), problems_of(cache));
    require(cache.stats().entries == stored.size() && stored.size() > 3000, "another number of entries");
    for (const auto& [key, value] : stored) require(cache.get(key) == value, "another value");
    require(cache.erase(stored.begin()->first) && cache.set("key", "after"), "it can be written");
    std::cout << stored.size() << " entries came back from a full disk" << std::endl;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(worlds_disk)

BOOST_AUTO_TEST_CASE(what_was_stored_on_a_full_disk_is_there_when_it_is_mounted_again) {
    in_world(kDisk, [] { keep_on_disk(WhenFull::refuse); });
    in_world(kDisk, [] { keep_on_disk(WhenFull::evict); });
}

BOOST_AUTO_TEST_SUITE_END()
