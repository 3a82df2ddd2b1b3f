// SPDX-License-Identifier: MIT
// Keys, values and orders of access, for `dummycache bench` and for tests/bench. The same in every run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace dummycache::bench {

inline constexpr std::size_t kKeyBytes = 20;
inline constexpr std::size_t kValueBytes = 100;
inline constexpr std::size_t kEntries = 1'000'000;
inline constexpr std::size_t kHotEntries = 10'000;

/// The key of entry `number`: 20 bytes without any order in them.
[[nodiscard]] std::string key_of(std::uint64_t number);
/// The same into a string that has that size already.
void write_key(std::string& key, std::uint64_t number);

/// A value of 100 bytes.
[[nodiscard]] std::string_view usual_value();

/// Keys of entries [first, first + count), in this order.
[[nodiscard]] std::vector<std::string> keys_from(std::uint64_t first, std::size_t count);

/// `count` keys, each of any of `entries` entries with the same chance.
[[nodiscard]] std::vector<std::string> uniform_keys(std::size_t entries, std::size_t count);

/// `count` keys of `hot` entries that are scattered among `entries`.
[[nodiscard]] std::vector<std::string> hot_keys(std::size_t entries, std::size_t hot, std::size_t count);

/// `count` keys of `entries` entries; the one of rank r is asked for in proportion to 1 / r^skew.
/// The ranks are scattered.
[[nodiscard]] std::vector<std::string> zipf_keys(std::size_t entries, double skew, std::size_t count);
/// The same as numbers of entries.
[[nodiscard]] std::vector<std::uint64_t> zipf_numbers(std::size_t entries, double skew, std::size_t count);

}  // namespace dummycache::bench
