// SPDX-License-Identifier: MIT
#include "support/random.hpp"

#include <cstdlib>
#include <iostream>

namespace dummycache::test {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::uint64_t seed() {
    static const std::uint64_t chosen = [] {
        const std::uint64_t fresh = std::random_device{}();
        const std::uint64_t number = number_from_environment("DUMMYCACHE_TEST_SEED", fresh);
        std::cout << "DUMMYCACHE_TEST_SEED=" << number << " repeats this run" << std::endl;
        return number;
    }();
    return chosen;
}

Random::Random(std::uint64_t stream) : engine_(seed() * 0x9e3779b97f4a7c15U + stream) {}

std::uint64_t Random::below(std::uint64_t bound) { return engine_() % bound; }

std::uint64_t Random::bits() { return engine_(); }

std::string Random::bytes(std::size_t count) {
    std::string text(count, '\0');
    for (char& byte : text) byte = static_cast<char>(engine_());
    return text;
}

}  // namespace dummycache::test
