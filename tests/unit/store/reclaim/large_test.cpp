// SPDX-License-Identifier: MIT
// Large entries in a full cache: which of them go, against a model; and the list of them through all that moves them.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "dummycache/clock.hpp"
#include "support/checked_value.hpp"
#include "support/exact_lru.hpp"
#include "support/random.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

namespace {

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }

void set_numbered(Cache& cache, std::uint64_t number, std::size_t bytes, Timeout timeout = {}) {
    cache.set(key_of(number), checked_value(key_of(number), number, bytes), timeout);
}

bool is_there(const Cache& cache, std::uint64_t number) {
    const auto entry = cache.peek(key_of(number));
    return entry && number_in(key_of(number), entry->value) == number;
}

/// Sets entries from `number` on until the first one is evicted; returns the next number.
std::uint64_t fill(Cache& cache, std::uint64_t number, std::size_t bytes) {
    while (cache.stats().evicted == 0) set_numbered(cache, number++, bytes);
    return number;
}

/// Keys 0 to keys - 1, key k as often as 1 / (k + 1)^0.99.
class Zipf {
public:
    explicit Zipf(std::size_t keys) : sums_(keys) {
        double sum = 0;
        for (std::size_t i = 0; i < keys; ++i) sums_[i] = sum += std::pow(static_cast<double>(i + 1), -0.99);
    }
    std::uint64_t next(Random& random) const {
        const double at = static_cast<double>(random.below(1U << 30)) * 0x1p-30 * sums_.back();
        return static_cast<std::uint64_t>(std::ranges::upper_bound(sums_, at) - sums_.begin());
    }

private:
    std::vector<double> sums_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_large)

BOOST_AUTO_TEST_CASE(reads_protect_large_values_as_an_exact_lru_does) {
    constexpr std::size_t kKeys = 2000;
    constexpr std::uint64_t kCapacity = 64 * kMiB;
    const Zipf zipf(kKeys);
    Random random;
    std::vector<std::uint64_t> sizes(kKeys);
    for (auto& size : sizes) size = 10'000 + random.below(990'001);
    Cache cache = Cache::make_private(options_of(kCapacity));
    ExactLru lru(kCapacity);
    std::string value;
    const std::string letters(1'000'000, 'x');
    std::uint64_t misses = 0;
    std::uint64_t of_lru = 0;
    for (int i = 0; i < 30'000; ++i) {
        const std::uint64_t key = zipf.next(random);
        if (!cache.get(key_of(key), value)) {
            ++misses;
            cache.set(key_of(key), std::string_view(letters).substr(0, sizes[key]));
        }
        if (!lru.get(key)) {
            ++of_lru;
            lru.set(key, sizes[key]);
        }
    }
    BOOST_TEST(misses * 100 <= of_lru * 110);
    BOOST_TEST(problems_of(cache) == "");
}

BOOST_AUTO_TEST_CASE(a_large_value_that_is_read_outlives_younger_ones) {
    Cache cache = Cache::make_private(options_of(64 * kMiB));
    set_numbered(cache, 0, 1'000'000);
    std::uint64_t next = fill(cache, 1, 1'000'000);
    if (!is_there(cache, 0)) set_numbered(cache, 0, 1'000'000);
    for (const std::uint64_t end = next + 300; next < end; ++next) {
        set_numbered(cache, next, 1'000'000);
        BOOST_REQUIRE(cache.get(key_of(0)));
    }
    BOOST_TEST(problems_of(cache) == "");
}

BOOST_AUTO_TEST_CASE(small_entries_stay_while_older_large_ones_can_go) {
    Cache cache = Cache::make_private(options_of(32 * kMiB));
    std::uint64_t next = fill(cache, 0, 200'000);
    const std::uint64_t first_small = next;
    for (; next < first_small + 4000; ++next) set_numbered(cache, next, 2000);
    for (std::uint64_t number = first_small; number < next; ++number) BOOST_REQUIRE(is_there(cache, number));
    BOOST_TEST(problems_of(cache) == "");
}

BOOST_AUTO_TEST_CASE(large_entries_stay_while_older_small_ones_can_go) {
    Cache cache = Cache::make_private(options_of(32 * kMiB));
    std::uint64_t next = fill(cache, 0, 2000);
    const std::uint64_t first_large = next;
    for (; next < first_large + 100; ++next) set_numbered(cache, next, 200'000);
    for (std::uint64_t number = first_large; number < next; ++number) BOOST_REQUIRE(is_there(cache, number));
    BOOST_TEST(problems_of(cache) == "");
}

BOOST_AUTO_TEST_CASE(an_expired_large_entry_goes_before_one_that_can_be_seen) {
    Cache cache = Cache::make_private(options_of(2 * kMiB));
    set_numbered(cache, 0, 400'000);
    set_numbered(cache, 1, 400'000, 10s);
    set_numbered(cache, 2, 400'000);
    set_numbered(cache, 3, 400'000);
    Clock(cache).advance(11s);
    set_numbered(cache, 4, 400'000);
    for (const std::uint64_t number : {0U, 2U, 3U, 4U}) BOOST_TEST(is_there(cache, number));
    BOOST_TEST(problems_of(cache) == "");
}

BOOST_AUTO_TEST_CASE(the_list_is_sound_through_everything_that_happens_to_large_entries) {
    for (const WhenFull when_full : {WhenFull::evict, WhenFull::refuse}) {
        Cache cache = Cache::make_private(options_of(8 * kMiB, when_full));
        Random random;
        int taken = 0;
        const auto step = [&] {
            const std::uint64_t number = random.below(60);
            switch (random.below(12)) {
                case 0: cache.erase(key_of(number)); break;
                case 1: cache.take(key_of(number)); break;
                case 2: cache.touch(key_of(number), 1s); break;
                case 3: Clock(cache).advance(300ms); break;
                case 4: cache.append(key_of(number), std::string(20'000, 'a')); break;
                case 5: set_numbered(cache, number, 100); break;
                case 6:
                    if (cache.checkpoints().size() < 3) cache.checkpoint("c" + std::to_string(taken++));
                    break;
                case 7:
                    if (!cache.checkpoints().empty()) cache.release(cache.checkpoints().front().name);
                    break;
                case 8:
                    if (!cache.checkpoints().empty()) cache.rollback(cache.checkpoints().back().name);
                    break;
                case 9:
                    if (random.below(20) == 0) cache.clear();
                    break;
                default: set_numbered(cache, number, 17'000 + random.below(400'000)); break;
            }
        };
        for (int i = 0; i < 3000; ++i) {
            try {
                step();
            } catch (const Error& error) {
                const bool is_legal =
                    error.code() == ErrorCode::full || error.code() == ErrorCode::checkpoint_lost;
                BOOST_REQUIRE_MESSAGE(is_legal, error.what());
                if (error.code() == ErrorCode::checkpoint_lost)
                    cache.release(cache.checkpoints().back().name);
            }
            if (i % 20 == 0) BOOST_REQUIRE(problems_of(cache) == "");
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
