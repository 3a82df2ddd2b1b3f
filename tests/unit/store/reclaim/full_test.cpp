// SPDX-License-Identifier: MIT
// A full cache: what is lost, when, and what makes room again.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>

#include <sys/stat.h>

#include "store/layout/attachment.hpp"
#include "support/checked_value.hpp"
#include "support/random.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

std::uint64_t evicted(TestCache& cache) {
    const store::Memory& memory = cache.attachment().memory;
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < memory.shard_count; ++i) sum += memory.shards[i].evicted.load();
    return sum;
}

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }

void set_numbered(TestCache& cache, std::uint64_t number, std::size_t bytes, Timeout timeout = {}) {
    cache->set(key_of(number), checked_value(key_of(number), number, bytes), timeout);
}

/// How many of the first `count` keys are there; each value must be its own.
std::uint64_t count_present(TestCache& cache, std::uint64_t count) {
    std::uint64_t present = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto entry = cache->peek(key_of(i));
        if (!entry) continue;
        ++present;
        BOOST_REQUIRE((number_in(key_of(i), entry->value) == i));
    }
    return present;
}

/// Sets numbered keys until one is refused; returns how many were stored.
std::uint64_t fill(TestCache& cache, std::size_t bytes, Timeout timeout = {}) {
    for (std::uint64_t i = 0;; ++i) {
        try {
            set_numbered(cache, i, bytes, timeout);
        } catch (const Error& error) {
            BOOST_REQUIRE(error.code() == ErrorCode::full);
            return i;
        }
    }
}

constexpr std::size_t kSizes[] = {16, 100, 3000, 16'000, 40'000, 100'000};
constexpr std::uint64_t kCapacities[] = {kMiB, 8 * kMiB, 48 * kMiB};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_full)

BOOST_DATA_TEST_CASE(nothing_is_lost_before_the_arena_is_full, data::make(kCapacities) * data::make(kSizes),
                     capacity, bytes) {
    TestCache cache(Kind::private_memory, options_of(capacity));
    const store::Memory& memory = cache.attachment().memory;
    std::uint64_t count = 0;
    Stats before;
    for (; evicted(cache) == 0; ++count) {
        if (memory.committed() == memory.pages && capacity < 10 * kMiB) before = cache->stats();
        set_numbered(cache, count, bytes);
    }
    BOOST_TEST(memory.committed() == memory.pages);
    if (capacity < 10 * kMiB) BOOST_TEST(before.free_pages <= bytes / 32'768 + 1);
    const Stats after = cache->stats();
    BOOST_TEST(after.committed_bytes <= capacity);
    BOOST_TEST(after.committed_bytes + 256 * kKiB > capacity);
    BOOST_TEST(count_present(cache, count) == count - after.evicted);
    BOOST_TEST(after.entries == count - after.evicted);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_cache_that_refuses_keeps_everything, data::make(kAllKinds) * data::make(kSizes), kind,
                     bytes) {
    TestCache cache(kind, options_of(kMiB, WhenFull::refuse));
    const std::uint64_t count = fill(cache, bytes);
    BOOST_TEST(count_present(cache, count) == count);
    for (int again = 0; again < 3; ++again) {
        BOOST_TEST(throws(ErrorCode::full, [&] { set_numbered(cache, count, bytes); }));
        // The same key: when it was its bucket that could not grow, another key may still fit.
        BOOST_TEST(throws(ErrorCode::full, [&] { cache->add(key_of(count), std::string(bytes, 'x')); }));
    }
    BOOST_TEST(!cache->contains(key_of(count)));
    BOOST_TEST(!cache->add(key_of(0), std::string(bytes, 'x')));
    BOOST_TEST(count_present(cache, count) == count);
    BOOST_TEST(cache->stats().evicted == 0U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_cache_that_refused_works_again_after_erases,
                     data::make(kCapacities) * data::make(kSizes), capacity, bytes) {
    if (capacity > 10 * kMiB && bytes < 3000) return;
    TestCache cache(Kind::private_memory, options_of(capacity, WhenFull::refuse));
    const std::uint64_t count = fill(cache, bytes);
    for (std::uint64_t i = 0; i < count; i += 2) BOOST_REQUIRE(cache->erase(key_of(i)));
    for (std::uint64_t i = 0; i < count / 4; ++i)
        BOOST_REQUIRE_NO_THROW(set_numbered(cache, count + i, bytes));
    for (std::uint64_t i = 1; i < count; i += 2) BOOST_REQUIRE(cache->erase(key_of(i)));
    for (std::uint64_t i = 0; i < count / 4; ++i) BOOST_REQUIRE(cache->erase(key_of(count + i)));
    const std::uint64_t again = fill(cache, bytes);
    BOOST_TEST(again + again / 10 + 1 >= count);
    BOOST_TEST(count_present(cache, again) == again);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_cache_that_refused_works_again_after_expiry,
                     data::make(kCapacities) * data::make(kSizes), capacity, bytes) {
    if (capacity > 10 * kMiB && bytes < 3000) return;
    FrozenCache cache(Kind::private_memory, options_of(capacity, WhenFull::refuse));
    const std::uint64_t count = fill(cache, bytes, 10s);
    cache.clock().advance(9'000'000);
    BOOST_TEST(throws(ErrorCode::full, [&] { set_numbered(cache, count, bytes); }));
    cache.clock().advance(1'000'000);
    const std::uint64_t again = fill(cache, bytes, 10s);
    BOOST_TEST(again + again / 10 + 1 >= count);
    BOOST_TEST(count_present(cache, again) == again);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(clear_in_a_full_cache_frees_everything, data::make(kCapacities) * data::make(kSizes),
                     capacity, bytes) {
    if (capacity > 10 * kMiB && bytes < 3000) return;
    TestCache cache(Kind::private_memory, options_of(capacity, WhenFull::refuse));
    const std::uint64_t count = fill(cache, bytes);
    for (int round = 0; round < 3; ++round) {
        cache->clear();
        BOOST_TEST(problems_of(*cache) == "");
        const std::uint64_t again = fill(cache, bytes);
        BOOST_TEST(again + again / 10 + 1 >= count);
        BOOST_TEST(count_present(cache, again) == again);
    }
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(overwriting_in_a_small_cache_that_refuses_never_fails,
                     data::make({100, 2000, 16'000, 40'000}), bytes) {
    TestCache cache(Kind::private_memory, options_of(kMiB, WhenFull::refuse));
    const auto most = static_cast<std::size_t>(bytes);
    const std::uint64_t keys = 500 * kKiB / (most < 32'768 ? most + 100 : 3 * 32'768);
    Random random(3);
    for (std::uint64_t i = 0; i < keys; ++i) set_numbered(cache, i, most);
    for (int i = 0; i < 60'000; ++i) {
        BOOST_REQUIRE_NO_THROW(set_numbered(cache, random.below(keys), 16 + random.below(most - 15)));
    }
    BOOST_TEST(count_present(cache, keys) == keys);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_full_cache_that_evicts_takes_values_of_any_size, data::make(kAllKinds), kind) {
    TestCache cache(kind, options_of(kMiB));
    Random random(4);
    constexpr std::uint64_t kKeys = 3000;
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t number = random.below(kKeys);
        const std::uint64_t most = std::uint64_t{1} << random.below(20);
        const std::size_t bytes = 16 + random.below(most);
        BOOST_REQUIRE_NO_THROW(set_numbered(cache, number, std::min<std::size_t>(bytes, kMiB / 2)));
        BOOST_REQUIRE((number_in(key_of(number), cache->get(key_of(number)).value()) == number));
        if (i % 2000 == 0) BOOST_TEST(problems_of(*cache) == "");
    }
    static_cast<void>(count_present(cache, kKeys));
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_DATA_TEST_CASE(a_cache_of_large_values_evicts_one_at_a_time, data::make({1, 8, 32}), mebibytes) {
    TestCache cache(Kind::private_memory, options_of(static_cast<std::uint64_t>(mebibytes) * kMiB));
    constexpr std::size_t kBytes = 100'000;
    std::uint64_t count = 0;
    for (; evicted(cache) == 0; ++count) set_numbered(cache, count, kBytes);
    const std::uint64_t full = cache->stats().entries;
    for (std::uint64_t i = 0; i < 3 * full; ++i, ++count) {
        set_numbered(cache, count, kBytes);
        BOOST_REQUIRE(cache->stats().entries + 2 >= full);
    }
    BOOST_TEST(count_present(cache, count) + 2 >= full);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(entries_in_use_outlive_those_that_are_not) {
    TestCache cache(Kind::private_memory, options_of(8 * kMiB));
    constexpr std::uint64_t kKeys = 30'000;
    std::uint64_t used = 0;
    std::uint64_t unused = 0;
    for (std::uint64_t i = 0; i < kKeys; ++i) set_numbered(cache, i, 150);
    BOOST_REQUIRE(evicted(cache) == 0U);
    for (std::uint64_t i = 0; i < kKeys; i += 10) static_cast<void>(cache->get(key_of(i)));
    for (std::uint64_t i = 0; i < kKeys; ++i) set_numbered(cache, kKeys + i, 150);
    for (std::uint64_t i = 0; i < kKeys; ++i)
        (i % 10 == 0 ? used : unused) += cache->peek(key_of(i)).has_value();
    BOOST_TEST(used == kKeys / 10);
    BOOST_TEST(unused < kKeys * 9 / 10 / 2);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(a_cache_whose_entries_are_all_in_use_goes_on) {
    TestCache cache(Kind::private_memory, options_of(4 * kMiB));
    for (std::uint64_t i = 0; i < 60'000; ++i) {
        BOOST_REQUIRE_NO_THROW(set_numbered(cache, i, 200));
        for (int use = 0; use < 3; ++use) BOOST_REQUIRE(cache->contains(key_of(i)));
    }
    BOOST_TEST(evicted(cache) > 0U);
    BOOST_TEST(problems_of(*cache) == "");
}

BOOST_AUTO_TEST_CASE(a_huge_empty_cache_takes_little_memory) {
    for (const Kind kind : kAllKinds) {
        TestCache cache(kind, options_of(64 * 1024 * kMiB));
        BOOST_TEST(cache->stats().committed_bytes < 4 * kMiB);
        if (kind == Kind::private_memory) continue;
        struct stat status {};
        BOOST_REQUIRE(::stat(cache->info().path.c_str(), &status) == 0);
        BOOST_TEST(static_cast<std::uint64_t>(status.st_blocks) * 512 < 4 * kMiB);
    }
}

BOOST_AUTO_TEST_SUITE_END()
