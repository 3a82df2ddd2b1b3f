// SPDX-License-Identifier: MIT
// What a full cache of large values keeps: get, and set after a miss, beside an exact LRU that has the whole capacity; and
// how many of the newest values are there after sets alone.
#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "tests/bench/bench.hpp"
#include "tests/bench/scratch_cache.hpp"
#include "tests/support/exact_lru.hpp"
#include "tools/bench/keys.hpp"

namespace dummycache::bench {

namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kCapacity = 64 * kMiB;
constexpr std::uint64_t kLeast = 10'000;
constexpr std::uint64_t kMost = 1'000'000;
constexpr std::size_t kKeys = 2000;
constexpr std::size_t kRequests = 60'000;
constexpr double kLimit = 1.10;
constexpr std::array<std::uint64_t, 4> kSizes = {20'000, 100'000, 1'000'000, 16'000'000};

void report(const Settings& settings, const std::string& measure, const std::string& peer,
            const std::string& unit, double ours, double theirs, std::optional<double> limit) {
    Row row;
    row.workload = "eviction_large";
    row.measure = measure;
    row.peer = peer;
    row.unit = unit;
    row.ours = ours;
    row.theirs = theirs;
    row.limit = limit;
    settings.report(row);
}

std::vector<std::uint64_t> sizes_of_keys(bool equal_shares) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> part(0, 1);
    std::vector<std::uint64_t> sizes(kKeys);
    for (auto& size : sizes) {
        const double at = part(random);
        const double bytes = equal_shares ? static_cast<double>(kLeast) * std::pow(kMost / kLeast, at)
                                          : static_cast<double>(kLeast) + at * (kMost - kLeast);
        size = static_cast<std::uint64_t>(bytes);
    }
    return sizes;
}

/// Misses of a thousand gets: ours, and the LRU's.
void run_reads(const Settings& settings, const std::string& name, double skew, bool equal_shares) {
    const std::vector<std::uint64_t> sizes = sizes_of_keys(equal_shares);
    const std::vector<std::uint64_t> requests = zipf_numbers(kKeys, skew, settings.scaled(kRequests));
    ScratchCache scratch(kCapacity);
    test::ExactLru lru(kCapacity);
    std::string key(kKeyBytes, '\0');
    std::string value;
    const std::string letters(kMost, 'x');
    double ours = 0;
    double theirs = 0;
    for (const std::uint64_t number : requests) {
        write_key(key, number);
        if (!scratch.cache().get(key, value)) {
            ++ours;
            scratch.cache().set(key, std::string_view(letters).substr(0, sizes[number]));
        }
        if (!lru.get(number)) {
            ++theirs;
            lru.set(number, sizes[number]);
        }
    }
    const double thousands = static_cast<double>(requests.size()) / 1000;
    report(settings, name, "lru", "misses", ours / thousands, theirs / thousands, kLimit);
}

/// Of the newest values that fit into 80 % of the capacity, how many percent are there after sets of four capacities.
void run_sets(const Settings& settings, std::uint64_t bytes) {
    constexpr std::uint64_t kPage = 32 * 1024;
    const std::uint64_t memory = (bytes + kPage - 1) / kPage * kPage;
    const std::uint64_t count = 4 * kCapacity / memory;
    const std::uint64_t newest = kCapacity * 8 / 10 / memory;
    ScratchCache scratch(kCapacity);
    std::string key(kKeyBytes, '\0');
    const std::string letters(bytes, 'x');
    for (std::uint64_t number = 0; number < count; ++number) {
        write_key(key, number);
        scratch.cache().set(key, letters);
    }
    double present = 0;
    for (std::uint64_t number = count - newest; number < count; ++number) {
        write_key(key, number);
        present += scratch.cache().contains(key) ? 1 : 0;
    }
    report(settings, "newest of " + std::to_string(bytes) + " bytes", "all of them", "%",
           100 * present / static_cast<double>(newest), 100, std::nullopt);
}

void eviction_large(const Settings& settings) {
    for (const double skew : {0.8, 0.99, 1.2}) {
        const std::string name = "zipf " + std::to_string(skew).substr(0, 4);
        run_reads(settings, name + ", sizes spread evenly", skew, false);
        run_reads(settings, name + ", more small ones", skew, true);
    }
    for (const std::uint64_t bytes : kSizes) run_sets(settings, bytes);
}

const RegisterWorkload registered(
    "eviction_large",
    "misses of a full cache of values of 10 KB to 1 MB beside an exact LRU; and how many of "
    "the newest values are there after sets alone",
    eviction_large);

}  // namespace

}  // namespace dummycache::bench
