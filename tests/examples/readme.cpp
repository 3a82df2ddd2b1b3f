// SPDX-License-Identifier: MIT
// An example of README.md, word for word from the next line on.
#include <dummycache/cache.hpp>

#include <iostream>

int main() {
    using namespace std::chrono_literals;
    auto cache = dummycache::Cache::open("readme");  // created if there is none; shared by name

    cache.set("greeting", "hello");     // for ever
    cache.set("token", "abc123", 60s);  // any std::chrono duration
    if (auto value = cache.get("greeting")) std::cout << *value << '\n';

    cache.add("leader", "me");  // only one process gets true
    cache.incr("visits");       // atomic between all processes

    dummycache::Cache::remove("readme");
}
