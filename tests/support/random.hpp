// SPDX-License-Identifier: MIT
// Random numbers that can be had again: the seed is printed, DUMMYCACHE_TEST_SEED sets it.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

namespace dummycache::test {

[[nodiscard]] inline std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// The seed of this run of the tests; printed when it is first asked for.
[[nodiscard]] inline std::uint64_t seed() {
    static const std::uint64_t chosen = [] {
        const std::uint64_t fresh = std::random_device{}();
        const std::uint64_t number = number_from_environment("DUMMYCACHE_TEST_SEED", fresh);
        std::cout << "DUMMYCACHE_TEST_SEED=" << number << " repeats this run" << std::endl;
        return number;
    }();
    return chosen;
}

class Random {
public:
    /// Each `stream` is a sequence of its own.
    explicit Random(std::uint64_t stream = 0) : engine_(seed() * 0x9e3779b97f4a7c15U + stream) {}

    /// 0 to bound - 1.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
    [[nodiscard]] std::uint64_t bits() { return engine_(); }
    [[nodiscard]] std::string bytes(std::size_t count) {
        std::string text(count, '\0');
        for (char& byte : text) byte = static_cast<char>(engine_());
        return text;
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace dummycache::test
