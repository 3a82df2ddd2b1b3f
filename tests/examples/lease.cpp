// SPDX-License-Identifier: MIT
// An example of tools/guide/cpp_tests.md, word for word from the next line on.
#include <dummycache/lease.hpp>

#include <iostream>

using namespace std::chrono_literals;

/// The report; however many processes ask at once, one of them makes it.
std::string report(dummycache::Cache& cache) {
    auto found = dummycache::get_or_lease(cache, "report", 30s);  // others wait for 30 s at most
    if (found.value) return *found.value;
    std::string made = "a long computation";
    found.lease->fill(made, 10min);
    return made;
}

int main() {
    auto cache = dummycache::Cache::make_private();
    std::cout << report(cache) << '\n' << report(cache) << '\n';  // the second one is read from the cache
}
