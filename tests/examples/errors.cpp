// SPDX-License-Identifier: MIT
// An example of tools/guide/cpp_tests.md, word for word from the next line on.
#include <dummycache/cache.hpp>

#include <iostream>

int main() {
    auto cache = dummycache::Cache::make_private({.capacity = 1 << 20});
    try {
        cache.set("large", std::string(2 << 20, 'x'));
    } catch (const dummycache::Error& error) {
        if (error.code() == dummycache::ErrorCode::invalid_argument) std::cout << error.what() << '\n';
    }
}
