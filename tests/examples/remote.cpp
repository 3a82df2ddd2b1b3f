// SPDX-License-Identifier: MIT
// The example "Past one machine" of README.md.
#include <dummycache/cache.hpp>
#include <dummycache/key_value_store.hpp>
#include <dummycache/remote.hpp>

#include <cstdlib>
#include <iostream>

/// Works on a cache as well as on a server.
std::int64_t count_visit(dummycache::KeyValueStore auto& store) {
    store.set("visitor", "ann", std::chrono::hours(1));
    return store.incr("visits");
}

int main() {
    if (const char* server = std::getenv("VISITS_SERVER")) {  // redis://cache.example.com
        auto remote = dummycache::Remote::connect(server);
        std::cout << count_visit(remote) << '\n';
    } else {
        auto cache = dummycache::Cache::open("visits");
        std::cout << count_visit(cache) << '\n';
        dummycache::Cache::remove("visits");
    }
}
