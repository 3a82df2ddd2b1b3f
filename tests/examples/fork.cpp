// SPDX-License-Identifier: MIT
// An example of tools/guide/cpp_tests.md, word for word from the next line on.
#include <dummycache/fork.hpp>

#include <iostream>

int main() {
    auto prepared = dummycache::Cache::open("prepared-%w");
    prepared.set("user:ann", "Ann");

    // Nothing comes back if there is a cache of this name: a run that was killed may have left one.
    dummycache::Cache::remove("test-1-%w");
    auto fork = dummycache::fork_cache(prepared, "test-1-%w");
    fork->erase("user:ann");

    std::cout << prepared.contains("user:ann") << ' ' << fork->contains("user:ann") << '\n';
    dummycache::Cache::remove("test-1-%w");
    dummycache::Cache::remove("prepared-%w");
}
