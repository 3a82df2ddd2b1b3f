// SPDX-License-Identifier: MIT
// An example of tools/guide/past_one_machine.md, word for word from the next line on.
#include <dummycache/key_value_store.hpp>
#include <dummycache/with_store.hpp>

#include <cstdlib>
#include <iostream>

/// Works on a cache as well as on a server.
std::int64_t count_visit(dummycache::KeyValueStore auto& store) {
    store.set("visitor", "ann", std::chrono::hours(1));
    return store.incr("visits");
}

int main() {
    const char* where = std::getenv("CACHE_URL");  // an address, the name of a cache, or nothing
    if (where == nullptr) where = "visits";
    std::cout << dummycache::with_store(where, [](auto& store) { return count_visit(store); }) << '\n';
}
