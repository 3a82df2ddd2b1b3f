// SPDX-License-Identifier: MIT
// Which keys a measurement asks for, and in which order. The same in every run.
#include "tools/cli/commands/bench_queries.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>

#include "tools/cli/process/interrupt.hpp"

namespace dummycache::cli {

namespace {

constexpr std::uint64_t kSeed = 20240607;
constexpr std::size_t kKeyBytes = 20;
constexpr std::size_t kHot = 10'000;
constexpr std::size_t kFewestQueries = 10'000;
constexpr std::size_t kMostQueries = 1'000'000;
constexpr std::size_t kFewestLarge = 100;
constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr double kSkew = 0.99;

/// The finaliser of SplitMix64 (G. Steele and others, OOPSLA 2014): one to one.
constexpr std::uint64_t mixed(std::uint64_t number) {
    number += 0x9e3779b97f4a7c15U;
    number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9U;
    number = (number ^ number >> 27) * 0x94d049bb133111ebU;
    return number ^ number >> 31;
}

/// The key of entry `number`: 20 bytes without any order in them.
std::string key_of(std::uint64_t number) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string key = "key:";
    key.reserve(kKeyBytes);
    for (std::uint64_t bits = mixed(number); key.size() < kKeyBytes; bits >>= 4) key += digits[bits & 15];
    return key;
}

template <class Choose>
std::vector<std::string> chosen_keys(std::size_t count, Choose&& choose) {
    throw_if_interrupted();
    std::vector<std::string> keys;
    keys.reserve(count);
    for (std::size_t i = 0; i < count; ++i) keys.push_back(key_of(choose()));
    return keys;
}

std::vector<std::string> keys_from(std::uint64_t first, std::size_t count) {
    return chosen_keys(count, [&] { return first++; });
}

std::vector<std::string> uniform_keys(std::size_t entries, std::size_t count) {
    std::mt19937_64 random(kSeed);
    std::uniform_int_distribution<std::uint64_t> any(0, entries - 1);
    return chosen_keys(count, [&] { return any(random); });
}

/// Entries in an order of their own: neighbours in it are none in the cache.
std::vector<std::uint64_t> scattered(std::size_t entries) {
    std::vector<std::uint64_t> order(entries);
    std::iota(order.begin(), order.end(), std::uint64_t{0});
    std::shuffle(order.begin(), order.end(), std::mt19937_64(kSeed + 1));
    return order;
}

std::vector<std::string> hot_keys(const std::vector<std::uint64_t>& order, std::size_t count) {
    std::mt19937_64 random(kSeed);
    std::uniform_int_distribution<std::size_t> any(0, std::min(kHot, order.size()) - 1);
    return chosen_keys(count, [&] { return order[any(random)]; });
}

/// The one of rank r is asked for in proportion to 1 / r^kSkew.
std::vector<std::string> zipf_keys(const std::vector<std::uint64_t>& order, std::size_t count) {
    std::vector<double> sums(order.size());
    double sum = 0;
    for (std::size_t i = 0; i < sums.size(); ++i)
        sums[i] = sum += 1 / std::pow(static_cast<double>(i + 1), kSkew);
    std::mt19937_64 random(kSeed);
    std::uniform_real_distribution<double> any(0, sum);
    return chosen_keys(count, [&] {
        const auto rank = std::lower_bound(sums.begin(), sums.end() - 1, any(random)) - sums.begin();
        return order[static_cast<std::size_t>(rank)];
    });
}

}  // namespace

BenchQueries::BenchQueries(std::size_t entries, std::size_t value_bytes) {
    const std::size_t count = std::min(std::clamp(entries, kFewestQueries, kMostQueries),
                                       std::max(kFewestLarge, kMostBytes / value_bytes));
    const std::vector<std::uint64_t> order = scattered(entries);
    all = keys_from(0, entries);
    hot = hot_keys(order, count);
    uniform = uniform_keys(entries, count);
    zipf = zipf_keys(order, count);
    missing = keys_from(entries, count);
    counters = uniform_keys(kHot, count);
    batches.assign(uniform.begin(), uniform.end());
    batches.resize(count / kBatch * kBatch);
}

}  // namespace dummycache::cli
