// SPDX-License-Identifier: MIT
// Which keys a measurement asks for, and in which order. The same in every run.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dummycache::cli {

using Keys = std::span<const std::string>;

inline constexpr std::size_t kBatch = 16;

/// Made before anything is timed, each list in the order in which it is asked for.
struct BenchQueries {
    /// For a cache that holds so many entries. The larger they are, the fewer are asked for.
    BenchQueries(std::size_t entries, std::size_t value_bytes);

    std::vector<std::string> all;       ///< the key of each entry once
    std::vector<std::string> hot;       ///< 10,000 of the keys
    std::vector<std::string> uniform;   ///< any of them
    std::vector<std::string> zipf;      ///< Zipf 0.99
    std::vector<std::string> missing;   ///< none of them
    std::vector<std::string> counters;  ///< any of 10,000

    /// Views of what is in `uniform`, whole batches.
    std::vector<std::string_view> batches;
};

}  // namespace dummycache::cli
