// SPDX-License-Identifier: MIT
// What the tests of handles that reopen share.
#pragma once

#include <chrono>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <thread>

#include "support/test_cache.hpp"

namespace dummycache::test {

inline Options options_when(WhenRemoved when_removed) {
    Options options = options_of(2 * kMiB);
    options.when_removed = when_removed;
    return options;
}

/// How many objects with this name the process has mapped, removed ones too.
inline int mappings_of(const std::string& name) {
    std::set<std::string> inodes;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        if (line.find(name) == std::string::npos) continue;
        std::istringstream fields(line);
        std::string field;
        for (int i = 0; i < 5; ++i) fields >> field;
        inodes.insert(field);
    }
    return static_cast<int>(inodes.size());
}

/// Calls `done` until it is true, for a minute at most.
inline bool comes_true(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (std::chrono::steady_clock::now() < end) {
        if (done()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

}  // namespace dummycache::test
