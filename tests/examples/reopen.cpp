// SPDX-License-Identifier: MIT
// An example of tools/guide/cpp_tests.md, word for word from the next line on.
#include <dummycache/cache.hpp>

#include <iostream>

int main() {
    using enum dummycache::WhenRemoved;  // fail, fail_once, reopen
    auto cache = dummycache::Cache::open("./jobs.cache", {.capacity = 8 << 20, .when_removed = reopen});
    cache.set("state", "ready");
    dummycache::Cache::remove("./jobs.cache");  // or another process does
    std::cout << cache.contains("state") << ' ' << cache.reopened() << '\n';
    dummycache::Cache::remove("./jobs.cache");
}
