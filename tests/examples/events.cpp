// SPDX-License-Identifier: MIT
// An example of tools/guide/cpp_tests.md, word for word from the next line on.
#include <dummycache/cache.hpp>
#include <dummycache/events.hpp>

#include <iostream>

void greet(dummycache::Cache& cache) {
    if (!cache.get("name:7")) cache.set("name:7", "Ann");  // what is tested
}

int main() {
    auto cache = dummycache::Cache::open("./greetings.cache", {.capacity = 8 << 20});
    dummycache::EventStream events(cache);
    greet(cache);
    greet(cache);
    int misses = 0;
    events.read([&](const dummycache::Event& event) {
        std::cout << event.call << ' ' << event.outcome << ' ' << event.key << '\n';
        misses += event.outcome == "miss";
    });
    std::cout << (misses == 1 ? "it asks once" : "it asks again") << '\n';
    dummycache::Cache::remove("./greetings.cache");
}
