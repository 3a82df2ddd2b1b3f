// SPDX-License-Identifier: MIT
// An example of tools/guide/cpp_tests.md, word for word from the next line on.
#include <dummycache/fork.hpp>

#include <iostream>

int main() {
    auto prepared = dummycache::Cache::open("prepared-%w");
    prepared.set("user:ann", "Ann");

    dummycache::Cache::remove("test-1-%w");  // in case that an earlier run was killed
    auto fork = dummycache::fork_cache(prepared, "test-1-%w");  // empty if there is a cache of this name
    fork->erase("user:ann");

    std::cout << prepared.contains("user:ann") << ' ' << fork->contains("user:ann") << '\n';
    dummycache::Cache::remove("test-1-%w");
    dummycache::Cache::remove("prepared-%w");
}
