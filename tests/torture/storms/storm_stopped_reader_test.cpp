// SPDX-License-Identifier: MIT
// Goal: a reader that is stopped in mid-copy, for however long, returns a whole value that was the
// key's.
// Method: children stop themselves in a read, before and after its copy; the parent uses the memory
// under their values a million times for something else, writes each key anew, and lets its reader go on.
#include <boost/test/unit_test.hpp>

#include <iostream>
#include <memory>

#include "support/checked_value.hpp"
#include "support/test_cache.hpp"
#include "torture/storms/storm_stopped_child.hpp"

using namespace dummycache;
using namespace dummycache::test;

namespace {

constexpr int kSets = 1'000'000;
constexpr std::size_t kSizes[] = {16, 100, 3000, 12'000, 40'000};
constexpr const char* kPoints[] = {"value found by a reader", "value copied by a reader"};
constexpr int kRetried = 10;  ///< what a child returns

struct StoppedReader {
    std::string key;
    std::size_t bytes;
    std::unique_ptr<StoppedChild> process;
};

/// Reads the key, whose value has number 2 by the time that it comes to the end.
int read(TestCache& cache, const char* point, const std::string& key) {
    Cache own = cache.attach(options_of(0));
    stop_at(point);
    const auto value = own.get(key);
    require(value.has_value(), key + " is absent");
    require(number_in(key, *value) == 2U, key + ": the value is torn or old");
    return times_at_stop > 1 ? kRetried : 0;
}

std::vector<StoppedReader> stopped_readers(TestCache& cache) {
    std::vector<StoppedReader> readers;
    for (const char* const point : kPoints) {
        for (const std::size_t bytes : kSizes) {
            const std::string key = "key" + std::to_string(readers.size());
            cache->set(key, checked_value(key, 1, bytes));
            auto child = std::make_unique<StoppedChild>([&] { return read(cache, point, key); });
            BOOST_REQUIRE(child->is_stopped());
            readers.push_back({key, bytes, std::move(child)});
        }
    }
    return readers;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stopped_reader)

BOOST_AUTO_TEST_CASE(a_reader_that_is_stopped_in_mid_copy_returns_a_whole_value) {
    TestCache cache(Kind::shared, options_of(kMiB));
    std::vector<StoppedReader> readers = stopped_readers(cache);
    const std::string small(60, 's');
    const std::string large(100'000, 'l');
    for (int i = 0; i < kSets; ++i) {
        if (i % 1000 == 0) cache->set("large" + std::to_string(i % 3000), large);
        cache->set("other" + std::to_string(i % 5000), small);
    }
    const Stats stats = cache->stats();
    BOOST_TEST(stats.evicted > 0U);
    for (StoppedReader& reader : readers) {
        // It goes on at once: in so small a cache the next keys may need the place of this one.
        cache->set(reader.key, checked_value(reader.key, 2, reader.bytes));
        BOOST_TEST_CONTEXT(reader.key << ", " << reader.bytes << " bytes")
        BOOST_TEST(reader.process->go_on() == kRetried);
    }
    BOOST_TEST(problems_of(*cache) == "");
    std::cout << readers.size() << " stopped readers, " << stats.sets << " sets in "
              << stats.capacity_bytes / kKiB << " KiB" << std::endl;
}

BOOST_AUTO_TEST_SUITE_END()
