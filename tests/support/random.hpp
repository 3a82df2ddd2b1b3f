// SPDX-License-Identifier: MIT
// Random numbers that can be had again: the seed is printed, DUMMYCACHE_TEST_SEED sets it.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace dummycache::test {

[[nodiscard]] std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise);

/// The seed of this run of the tests; printed when it is first asked for.
[[nodiscard]] std::uint64_t seed();

class Random {
public:
    /// Each `stream` is a sequence of its own.
    explicit Random(std::uint64_t stream = 0);

    /// 0 to bound - 1.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);
    [[nodiscard]] std::uint64_t bits();
    [[nodiscard]] std::string bytes(std::size_t count);

private:
    std::mt19937_64 engine_;
};

}  // namespace dummycache::test
