// SPDX-License-Identifier: MIT
#include "tools/bench/keys.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dummycache::bench {

namespace {

constexpr std::uint64_t kSeed = 20240607;

/// The finaliser of SplitMix64 (G. Steele and others, OOPSLA 2014): one to one.
constexpr std::uint64_t mixed(std::uint64_t number) {
    number += 0x9e3779b97f4a7c15U;
    number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9U;
    number = (number ^ number >> 27) * 0x94d049bb133111ebU;
    return number ^ number >> 31;
}

std::vector<std::uint64_t> scattered(std::size_t entries) {
    std::vector<std::uint64_t> order(entries);
    std::iota(order.begin(), order.end(), std::uint64_t{0});
    std::shuffle(order.begin(), order.end(), std::mt19937_64(kSeed + 1));
    return order;
}

template <class Choose>
std::vector<std::string> chosen_keys(std::size_t count, Choose&& choose) {
    std::vector<std::string> keys;
    keys.reserve(count);
    for (std::size_t i = 0; i < count; ++i) keys.push_back(key_of(choose()));
    return keys;
}

}  // namespace

void write_key(std::string& key, std::uint64_t number) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::uint64_t bits = mixed(number);
    key.replace(0, 4, "key:");
    for (std::size_t i = 4; i < kKeyBytes; ++i, bits >>= 4) key[i] = kDigits[bits & 15];
}

std::string key_of(std::uint64_t number) {
    std::string key(kKeyBytes, '\0');
    write_key(key, number);
    return key;
}

std::string_view usual_value() {
    static const std::string value = [] {
        std::string made(kValueBytes, '\0');
        for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<char>('a' + i % 26);
        return made;
    }();
    return value;
}

std::vector<std::string> keys_from(std::uint64_t first, std::size_t count) {
    return chosen_keys(count, [&] { return first++; });
}

std::vector<std::string> uniform_keys(std::size_t entries, std::size_t count) {
    std::mt19937_64 random(kSeed);
    std::uniform_int_distribution<std::uint64_t> any(0, entries - 1);
    return chosen_keys(count, [&] { return any(random); });
}

std::vector<std::string> hot_keys(std::size_t entries, std::size_t hot, std::size_t count) {
    const std::vector<std::uint64_t> order = scattered(entries);
    std::mt19937_64 random(kSeed);
    std::uniform_int_distribution<std::size_t> any(0, std::min(hot, entries) - 1);
    return chosen_keys(count, [&] { return order[any(random)]; });
}

std::vector<std::uint64_t> zipf_numbers(std::size_t entries, double skew, std::size_t count) {
    const std::vector<std::uint64_t> order = scattered(entries);
    std::vector<double> sums(entries);
    double sum = 0;
    for (std::size_t i = 0; i < entries; ++i) sums[i] = sum += 1 / std::pow(static_cast<double>(i + 1), skew);
    std::mt19937_64 random(kSeed);
    std::uniform_real_distribution<double> any(0, sum);
    std::vector<std::uint64_t> numbers(count);
    for (std::uint64_t& number : numbers) {
        const auto rank = std::lower_bound(sums.begin(), sums.end() - 1, any(random)) - sums.begin();
        number = order[static_cast<std::size_t>(rank)];
    }
    return numbers;
}

std::vector<std::string> zipf_keys(std::size_t entries, double skew, std::size_t count) {
    std::vector<std::string> keys;
    keys.reserve(count);
    for (const std::uint64_t number : zipf_numbers(entries, skew, count)) keys.push_back(key_of(number));
    return keys;
}

}  // namespace dummycache::bench
