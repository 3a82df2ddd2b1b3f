// SPDX-License-Identifier: MIT
// Goal: a full cache keeps the newest entries, whatever their sizes. Of the newest entries that fit into 80 % of
// its memory, 95 % are there after any number of sets.
// Method: numbered entries are set many times over the capacity; then the newest ones are looked for.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <ostream>

#include "store/layout/attachment.hpp"
#include "store/layout/entry_ref.hpp"
#include "support/checked_value.hpp"
#include "support/own_shm.hpp"
#include "support/random.hpp"
#include "support/test_cache.hpp"

using namespace dummycache;
using namespace dummycache::test;
namespace data = boost::unit_test::data;

namespace {

std::string key_of(std::uint64_t number) { return "key" + std::to_string(number); }

/// Memory of an entry: whole pages if it is large, else a part of a page that holds a few of them.
std::uint64_t memory_of(std::uint64_t bytes) {
    constexpr std::uint64_t kOther = 64;  // header, key and its share of the index
    if (bytes + kOther <= layout::kMaxSmallEntry)
        return layout::kPageBytes / (layout::kPageBytes / (bytes + kOther));
    return std::uint64_t{store::pages_for(bytes)} * layout::kPageBytes + kOther;
}

struct Sizes {
    const char* name;
    std::uint64_t least;
    std::uint64_t most;  ///< 0: a quarter of the capacity

    /// The size of entry `number`: as many of each order of magnitude.
    [[nodiscard]] std::uint64_t of(std::uint64_t number, std::uint64_t capacity) const {
        const std::uint64_t largest = most != 0 ? most : capacity / 4;
        if (least == largest) return least;
        Random random(number + 1);
        std::uint64_t limit = least;
        while (limit < largest && random.below(3) != 0) limit *= 2;
        return least + random.below(std::min(limit, largest) - least + 1);
    }
};

std::ostream& operator<<(std::ostream& out, const Sizes& sizes) { return out << sizes.name; }

constexpr Sizes kSizes[] = {{"1 KB", 1000, 1000},
                            {"14 KB", 14'000, 14'000},
                            {"20 KB", 20'000, 20'000},
                            {"33 KB", 33'000, 33'000},
                            {"100 KB", 100'000, 100'000},
                            {"300 KB", 300'000, 300'000},
                            {"1 KB to 100 KB", 1000, 100'000},
                            {"1 KB to a quarter", 1000, 0},
                            {"20 KB to a quarter", 20'000, 0}};

/// Sets `rounds` times what fits, from entry `number` on; returns the number behind the last one.
std::uint64_t set_many(Cache& cache, const Sizes& sizes, std::uint64_t capacity, std::uint64_t memory,
                       std::uint64_t number, std::uint64_t rounds) {
    for (std::uint64_t sum = 0; sum < rounds * memory; ++number) {
        const std::uint64_t bytes = sizes.of(number, capacity);
        const std::string key = key_of(number);
        require(cache.set(key, checked_value(key, number, bytes)), "it was not stored");
        sum += memory_of(bytes);
    }
    return number;
}

/// What entries can have. Each shard also has pages of its index, a reserve, and an open page that is not full.
std::uint64_t memory_for_entries(Cache& cache) {
    const store::Memory& memory = attachment_of(cache).memory;
    const std::uint64_t own_pages = std::uint64_t{2} * memory.shard_count;
    std::uint64_t index_pages = 0;
    for (std::uint32_t i = 0; i < memory.shard_count; ++i) index_pages += memory.shards[i].index_pages.load();
    return (memory.committed() - own_pages - index_pages) * layout::kPageBytes;
}

/// Looks for the newest entries that take 80 % of that memory.
void require_newest(Cache& cache, const Sizes& sizes, std::uint64_t capacity, std::uint64_t count) {
    const std::uint64_t memory = memory_for_entries(cache);
    std::uint64_t wanted = 0;
    std::uint64_t present = 0;
    std::uint64_t sum = 0;
    for (std::uint64_t number = count; number != 0; --number) {
        sum += memory_of(sizes.of(number - 1, capacity));
        if (sum > memory * 8 / 10) break;
        ++wanted;
        present += cache.peek(key_of(number - 1)) ? 1 : 0;
    }
    const std::string found = std::to_string(present) + " of the newest " + std::to_string(wanted);
    require(wanted != 0 && present * 100 >= wanted * 95, found + " entries are there");
    require(cache.check().empty(), "the cache is not sound");
}

void keep_newest(Cache& cache, const Sizes& sizes, std::uint64_t capacity, std::uint64_t memory) {
    std::uint64_t count = 0;
    for (const std::uint64_t rounds : {2U, 3U}) {
        count = set_many(cache, sizes, capacity, memory, count, rounds);
        require_newest(cache, sizes, capacity, count);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_newest)

BOOST_DATA_TEST_CASE(a_full_cache_keeps_the_newest_entries,
                     data::make({2 * kMiB, 8 * kMiB, 64 * kMiB, 200 * kMiB}) * data::make(kSizes), capacity,
                     sizes) {
    if (sizes.most > capacity / 4) return;
    Cache cache = Cache::make_private(options_of(capacity));
    keep_newest(cache, sizes, capacity, capacity);
}

BOOST_AUTO_TEST_CASE(so_does_a_full_cache_of_a_gibibyte) {
    constexpr std::uint64_t kCapacity = 1024 * kMiB;
    for (const Sizes& sizes : {kSizes[4], kSizes[7]}) {
        BOOST_TEST_CONTEXT(sizes) {
            Cache cache = Cache::make_private(options_of(kCapacity));
            keep_newest(cache, sizes, kCapacity, kCapacity);
        }
    }
}

/// The system gives less than the capacity, whose shards are many.
BOOST_DATA_TEST_CASE(a_full_system_is_a_full_cache, data::make({8U, 64U}) * data::make(kSizes), megabytes,
                     sizes) {
    const std::uint64_t memory = megabytes * kMiB;  // a part of it is for the cache itself
    if (sizes.most > memory / 4) return;
    with_own_shm(megabytes, [&] {
        Cache cache = Cache::open("newest");
        keep_newest(cache, sizes, memory, memory);
    });
}

BOOST_AUTO_TEST_SUITE_END()
