// SPDX-License-Identifier: MIT
// A scope after which the cache is as it was before.
#pragma once

#include <string>
#include <utility>

#include "dummycache/cache.hpp"

namespace dummycache {

/// Takes a checkpoint. At the end of the scope it goes back to the checkpoint and releases it. So the
/// changes of all processes meanwhile are undone. Sandboxes nest if each has a name of its own. A process
/// that is killed inside a sandbox leaves its checkpoint. It is removed by `rollback` and `release` with
/// that name, or by the next sandbox of the same name. A sandbox cannot be moved or shared. It belongs to the
/// cache that the handle has when it begins. If that is removed, `end` throws `removed`, also if the handle
/// reopens: another cache is not touched.
class Sandbox {
public:
    /// Throws the errors of Cache::checkpoint. If a checkpoint of this name exists already, goes back to it
    /// and releases it first.
    explicit Sandbox(const Cache& cache, std::string name = "sandbox");

    /// Hides errors, because a destructor must not throw. Call `end` to see them.
    ~Sandbox();

    /// Goes back now. The end of the scope then does nothing. Throws checkpoint_lost if there is no way
    /// back any more, busy, removed.
    void end();

    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

private:
    Cache cache_;
    std::string name_;
    bool open_ = true;
};

}  // namespace dummycache
