// SPDX-License-Identifier: MIT
// Goal: nothing is lost before the arena is full.
// Method: new keys are set until the first slot is emptied, which is where an entry is dropped; at this
// very moment every page must be committed and none free, and every entry must still be there.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <iostream>

#include "ipc/kill_point.hpp"
#include "store/layout/attachment.hpp"
#include "support/checked_value.hpp"
#include "support/random.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

struct Sizes {
    const char* name;
    double least;
    double most;  ///< the sizes between are even on a scale of powers of two
};

inline std::ostream& operator<<(std::ostream& out, const Sizes& sizes) { return out << sizes.name; }

const Sizes kSizes[] = {{"small values", 16, 100},
                        {"values of a kilobyte or two", 1000, 2000},
                        {"values that fill half a page", 12'000, 16'000},
                        {"mixed values", 16, 100'000},
                        {"large values", 20'000, 200'000}};
const std::uint64_t kCapacities[] = {1, 8, 32};  // MiB: one shard, one, four

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }

std::uint64_t size_of(const Sizes& sizes, Random& random) {
    const double scale = static_cast<double>(random.below(1'000'000)) / 1e6;
    return static_cast<std::uint64_t>(sizes.least * std::pow(sizes.most / sizes.least, scale));
}

/// What was seen when the first entry was dropped.
struct FirstLoss {
    const Cache* cache = nullptr;
    bool seen = false;
    Stats stats;
} first_loss;

void watch_for_the_first_loss(const Cache& cache) {
    first_loss = {&cache, false, {}};
    ipc::kill_point_hook = [](const char* name) {
        if (first_loss.seen || std::string_view(name) != "before the slot is emptied") return;
        first_loss.seen = true;
        first_loss.stats = first_loss.cache->stats();
    };
}

void fill_until_the_first_loss(Kind kind, const Sizes& sizes, std::uint64_t mebibytes) {
    TestCache cache(kind, options_of(mebibytes * kMiB));
    Random random(mebibytes);
    watch_for_the_first_loss(*cache);
    std::uint64_t end = 0;
    for (; !first_loss.seen; ++end) {
        const std::string key = key_of(end);
        if (!cache->set(key, checked_value(key, end, size_of(sizes, random)))) BOOST_FAIL("not stored");
    }
    ipc::kill_point_hook = nullptr;

    const Stats& full = first_loss.stats;
    const std::uint64_t pages = cache.attachment().memory.pages;
    BOOST_TEST(cache.attachment().memory.committed() == pages);
    BOOST_TEST(full.free_pages == 0U);
    BOOST_TEST(full.evicted == 0U);
    BOOST_TEST(full.entries == end - 1);

    std::uint64_t missing = 0;
    for (std::uint64_t number = 0; number < end; ++number) {
        const auto value = cache->get(key_of(number));
        if (value && number_in(key_of(number), *value) != number) BOOST_FAIL("another key's value");
        missing += !value;
    }
    BOOST_TEST(missing > 0U);
    BOOST_TEST(missing == cache->stats().evicted);
    BOOST_TEST(problems_of(*cache) == "");
    const double used = static_cast<double>(full.live_bytes);
    std::cout << mebibytes << " MiB, " << sizes.name << ": " << full.entries
              << " entries before the first loss, "
              << static_cast<int>(100 * used / static_cast<double>(mebibytes * kMiB)) << " % of the capacity"
              << std::endl;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(environments_first_loss)

BOOST_DATA_TEST_CASE(nothing_is_lost_before_every_page_is_taken, data::make(kSizes) * data::make(kCapacities),
                     sizes, mebibytes) {
    fill_until_the_first_loss(Kind::shared, sizes, mebibytes);
    if (mebibytes <= 8) fill_until_the_first_loss(Kind::file, sizes, mebibytes);
}

BOOST_AUTO_TEST_SUITE_END()
