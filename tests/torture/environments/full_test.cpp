// SPDX-License-Identifier: MIT
// Goal: when the system has no memory left, a cache that is far from its capacity behaves as a full one:
// it evicts what is not read, or refuses, reads go on, nothing raises SIGBUS; and it grows on when room comes back.
// Method: the cache or another file takes all of a small file system; every entry is checked.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "ipc/kill_point.hpp"
#include "small_environment.hpp"
#include "store/layout/layout.hpp"
#include "support/checked_value.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

constexpr std::uint64_t kCapacity = 256 * kMiB;  // more than any of the environments has
// A cache commits two pages at a time, and now and then a block of their table.
constexpr std::uint64_t kStepBlocks = 2 * layout::kPageBytes / kBlock + 1;

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }
std::string value_of(std::uint64_t number) {
    return checked_value(key_of(number), number, 16 + number * 37 % 1500);
}

/// Whether there was room for a step when the first entry was dropped for want of room.
std::optional<bool> room_at_first_loss;

void watch_for_the_first_loss() {
    room_at_first_loss.reset();
    ipc::kill_point_hook = [](const char* name) {
        const bool drops = std::string_view(name) == "before the slot is emptied";
        if (drops && !room_at_first_loss) room_at_first_loss = has_room_for(kStepBlocks);
    };
}

/// Every key below `end` is there with its own value, or absent; returns how many are absent.
std::uint64_t missing(const Cache& cache, std::uint64_t end) {
    std::uint64_t count = 0;
    for (std::uint64_t number = 0; number < end; ++number) {
        const auto value = cache.get(key_of(number));
        require(!value || number_in(key_of(number), *value) == number, "a value is not its key's");
        count += !value;
    }
    return count;
}

void require_sound(const Cache& cache) { require(problems_of(cache).empty(), problems_of(cache)); }

/// Sets new keys from `number` on until one is evicted; returns the next number.
std::uint64_t set_until_first_loss(Cache& cache, std::uint64_t number) {
    const std::uint64_t evicted = cache.stats().evicted;
    watch_for_the_first_loss();
    while (!room_at_first_loss) {
        require(cache.set(key_of(number), value_of(number)), "not stored");
        require(cache.contains(key_of(number)), "stored and not there");
        ++number;
    }
    require(!*room_at_first_loss, "an entry was evicted while there was room");
    require(cache.stats().evicted > evicted, "something else than eviction emptied a slot");
    return number;
}

void evict_in(const Environment& environment) {
    Cache cache = Cache::open(environment.cache_name(), options_of(kCapacity));
    std::uint64_t end = set_until_first_loss(cache, 0);
    require(missing(cache, end) == cache.stats().evicted, "more is gone than was evicted");
    const std::uint64_t first = end;
    for (; end < 2 * first; ++end) {
        require(cache.set(key_of(end), value_of(end)), "a full cache evicts");
        require(cache.get(key_of(end)) == value_of(end), "the newest entry is there");
    }
    require(missing(cache, end) == cache.stats().evicted, "more is gone than was evicted");
    // The reserves and half empty pages of sixteen shards are a third of the smallest environment.
    require(cache.stats().entries > first / 2, "a full cache keeps what it has room for");
    require_sound(cache);
    std::cout << environment.label() << ": first loss after " << first << " entries, "
              << cache.stats().entries << " left after " << end << std::endl;
}

void evict_and_grow_in(const Environment& environment) {
    Cache cache = Cache::open(environment.cache_name(), options_of(kCapacity));
    Filler filler;
    filler.leave(free_blocks() / 2);
    std::uint64_t end = set_until_first_loss(cache, 0);
    filler.leave(0);
    for (int i = 0; i < 2000; ++i, ++end) require(cache.set(key_of(end), value_of(end)), "not stored");
    const auto before = cache.stats();
    filler.let_go();
    // Room came back: nothing more is lost until the cache has taken it.
    end = set_until_first_loss(cache, end);
    require(cache.stats().committed_bytes > before.committed_bytes * 3 / 2, "the cache did not grow");
    require(missing(cache, end) == cache.stats().evicted, "more is gone than was evicted");
    require_sound(cache);
}

/// What is read again and again stays, though the cache never comes near to half of its capacity.
void keep_what_is_read_in(const Environment& environment) {
    Cache cache = Cache::open(environment.cache_name(), options_of(kCapacity));
    const std::uint64_t first = set_until_first_loss(cache, 0);
    constexpr std::uint64_t kRead = 100;
    for (std::uint64_t number = 0; number < kRead; ++number)
        require(cache.set("read" + std::to_string(number), "value"), "not stored");
    for (std::uint64_t number = first; number < 4 * first; ++number) {
        require(cache.set(key_of(number), value_of(number)), "not stored");
        const std::string read = "read" + std::to_string(number % kRead);
        require(cache.get(read).has_value(), read + " was evicted, though it is read all the time");
    }
    require_sound(cache);
}

/// Sets new keys until one is refused; returns its number.
std::uint64_t set_until_refused(Cache& cache, std::uint64_t number) {
    for (;; ++number) {
        try {
            require(cache.set(key_of(number), value_of(number)), "not stored");
        } catch (const Error& error) {
            require(error.code() == ErrorCode::full, error.what());
            require(std::string(error.what()).find("the system has no memory left") != std::string::npos,
                    error.what());
            return number;
        }
    }
}

void refuse_in(const Environment& environment) {
    Cache cache = Cache::open(environment.cache_name(), options_of(kCapacity, WhenFull::refuse));
    Filler filler;
    filler.leave(free_blocks() / 2);
    const std::uint64_t half = set_until_refused(cache, 0);
    require(!cache.contains(key_of(half)), "refused and there");
    require(missing(cache, half) == 0, "a cache that refuses lost something");
    filler.let_go();
    const std::uint64_t end = set_until_refused(cache, half);
    require(end > half * 3 / 2, "the room that came back was not used");
    for (int i = 0; i < 100; ++i)
        require(throws(ErrorCode::full, [&] { cache.set(key_of(end), value_of(end)); }), "stored at last");
    require(missing(cache, end) == 0 && cache.stats().evicted == 0, "something stored is gone");
    require(throws(ErrorCode::full, [&] { cache.append(key_of(1), std::string(100'000, 'x')); }), "appended");
    require(cache.get(key_of(1)) == value_of(1), "what could not be appended to was changed");
    // What is deleted makes room for as much again.
    for (std::uint64_t number = 0; number < end; number += 2) require(cache.erase(key_of(number)), "gone");
    std::uint64_t again = 0;
    for (std::uint64_t number = 0; number < end / 3; number += 2, ++again)
        require(cache.set(key_of(number), value_of(number)), "not stored");
    require(cache.stats().entries == end / 2 + again, "entries are gone");
    require_sound(cache);
    std::cout << environment.label() << ": refused after " << half << " entries, and after " << end
              << " when room came back" << std::endl;
}

/// Nothing that only looks takes memory, in a process that attaches when there is none.
void read_in(const Environment& environment) {
    const Options options = options_of(kCapacity);
    std::uint64_t end = 0;
    {
        Cache cache = Cache::open(environment.cache_name(), options);
        for (; end < 1000; ++end) cache.set(key_of(end), value_of(end));
        cache.set("large", std::string(kMiB, 'l'));
    }
    Filler filler;
    filler.leave(0);
    Child reader([&] {
        Cache cache = Cache::attach(environment.cache_name(), options);
        require(missing(cache, end) == 0 && cache.get("large") == std::string(kMiB, 'l'), "an entry is gone");
        require(!cache.get("absent") && cache.get_many({"large", "absent"}).size() == 2, "get_many");
        std::uint64_t seen = 0;
        cache.visit([&seen](const EntryView&) { return ++seen > 0; });
        require(seen == end + 1, "visit saw another number of entries");
        require(cache.info().processes.size() == 1 && cache.stats().entries == end + 1, "info or stats");
        if (environment.kind == Kind::shared) require(Cache::list().size() == 1, "list");
        require_sound(cache);
        require(cache.erase("large") && cache.touch(key_of(1), std::chrono::hours(1)), "erase or touch");
        require(cache.incr("counter") == 1 && cache.set("small", "s"), "small writes after a large erase");
        cache.clear();
        require(cache.set("after", "clear") && cache.stats().entries == 1, "after clear");
        require_sound(cache);
    });
    require(reader.wait() == 0, "the reader failed");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(environments_full)

BOOST_DATA_TEST_CASE(a_cache_that_evicts_loses_nothing_before_the_system_is_full_and_goes_on_after_it,
                     data::make(kSmallEnvironments), environment) {
    in_environment(environment, [&] { evict_in(environment); });
}

BOOST_DATA_TEST_CASE(a_cache_grows_on_when_room_comes_back, data::make(kSmallEnvironments), environment) {
    in_environment(environment, [&] { evict_and_grow_in(environment); });
}

BOOST_DATA_TEST_CASE(what_is_read_stays_in_a_cache_that_cannot_have_half_of_its_capacity,
                     data::make(kSmallEnvironments), environment) {
    in_environment(environment, [&] { keep_what_is_read_in(environment); });
}

BOOST_DATA_TEST_CASE(a_cache_that_refuses_keeps_everything, data::make(kSmallEnvironments), environment) {
    in_environment(environment, [&] { refuse_in(environment); });
}

BOOST_DATA_TEST_CASE(reads_and_deletes_need_no_memory, data::make(kSmallEnvironments), environment) {
    in_environment(environment, [&] { read_in(environment); });
}

BOOST_AUTO_TEST_SUITE_END()
