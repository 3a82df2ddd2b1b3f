// SPDX-License-Identifier: MIT
// A process of its own that does a job again and again, and says how long it took.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>

#include "tests/bench/store.hpp"

namespace dummycache::bench {

class Worker {
public:
    /// Forks. The child attaches to the store and waits. It must be forked before this process starts threads.
    Worker(const Store& store, std::function<void(Store&)> job);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Has the child do its job once; returns at once.
    void start();
    /// How long it took, in ns. Throws if the child could not do it.
    [[nodiscard]] double wait();

private:
    int orders_ = -1;
    int answers_ = -1;
    pid_t pid_ = -1;
};

}  // namespace dummycache::bench
