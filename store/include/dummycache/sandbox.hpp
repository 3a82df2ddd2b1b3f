// SPDX-License-Identifier: MIT
// A scope that leaves the cache as it found it.
#pragma once

#include <string>
#include <utility>

#include "dummycache/cache.hpp"

namespace dummycache {

/// Takes a checkpoint, and at the end of the scope goes back to it and gives it up: whatever any process did to the
/// cache meanwhile is undone. Sandboxes nest if each has a name of its own. A process that is killed in one leaves its checkpoint; `rollback` and
/// `release` by that name, or the next sandbox of the same name, clear it away. Not to be moved or shared.
class Sandbox {
public:
    /// Throws what Cache::checkpoint throws. A checkpoint of this name that somebody left is gone back to and
    /// released first.
    explicit Sandbox(const Cache& cache, std::string name = "sandbox");

    /// Swallows errors: a destructor must. Call `end` to see them.
    ~Sandbox();

    /// Goes back now. Throws checkpoint_lost if that cannot be done any more, busy, removed. The scope's end then does
    /// nothing.
    void end();

    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

private:
    Cache cache_;
    std::string name_;
    bool open_ = true;
};

}  // namespace dummycache
