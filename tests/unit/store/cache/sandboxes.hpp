// SPDX-License-Identifier: MIT
// What tests of sandboxes share.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dummycache/sandbox.hpp"
#include "support/child.hpp"
#include "support/test_cache.hpp"

namespace dummycache::test {

using State = std::map<std::string, std::string>;

inline State state_of(const Cache& cache) {
    State state;
    cache.visit([&](const EntryView& entry) {
        state.emplace(entry.key, entry.value);
        return true;
    });
    return state;
}

inline std::vector<std::string> names_of_checkpoints(const Cache& cache) {
    std::vector<std::string> names;
    for (const Checkpoint& checkpoint : cache.checkpoints()) names.push_back(checkpoint.name);
    return names;
}

/// A process that ends inside a sandbox.
template <class Body>
void die_in_sandbox(const TestCache& cache, Body body) {
    Child child([&] {
        Cache own = cache.attach();
        const Sandbox sandbox(own);
        body(own);
        ::kill(::getpid(), SIGKILL);
    });
    require(child.wait() == -SIGKILL, "the process did not die of SIGKILL");
}

}  // namespace dummycache::test
