// SPDX-License-Identifier: MIT
// A scope after which the cache is as it was before.
#pragma once

#include "dummycache/detail/language.hpp"

#include <memory>
#include <string>
#include <string_view>

#include "dummycache/cache.hpp"

namespace dummycache {

/// Takes a checkpoint. At the end of the scope it goes back to the checkpoint and releases it. So the
/// changes of all processes meanwhile are undone. Sandboxes nest: the inner one ends first. A cache holds up
/// to 15 checkpoints. A sandbox cannot be moved, and one thread uses it. It belongs to the cache that the handle
/// has when it begins: if that is removed, `end` throws `removed`, also if the handle reopens.
///
/// A child made by fork() does not inherit the sandbox: whatever ends in the child, the parent's sandbox goes
/// on. The child may begin one of its own.
///
/// A process that is killed inside a sandbox leaves its checkpoint. The next sandbox on that cache, of
/// whatever name and process, goes back to it first. It does not if a checkpoint that is in use lies above.
class Sandbox {
public:
    /// Takes a name that is free: "sandbox", "sandbox-2", ... Throws the errors of Cache::checkpoint. Throws
    /// checkpoint_lost if a process died inside a sandbox, and its changes cannot be undone: this is said
    /// once, and the next sandbox begins with the entries that are there then.
    explicit Sandbox(const Cache& cache);

    /// The same with a name, which `rollback`, `dump` and `diff` may use meanwhile. Throws checkpoint_exists if
    /// a living process has a sandbox of this name. A checkpoint of this name that belongs to no sandbox counts
    /// as left behind: goes back to it and releases it.
    Sandbox(const Cache& cache, std::string_view name);

    /// Calls `end`, and throws what that throws, for a test must not go on as if nothing had happened. Throws
    /// nothing while another exception unwinds the scope, and nothing if the cache was removed.
    ///
    /// Where a destructor must not throw (a member of a GoogleTest fixture, in std::unique_ptr, static), call
    /// `end` first: in TearDown, for example.
    ~Sandbox() noexcept(false);

    /// Goes back now; the end of the scope then does nothing. Throws checkpoint_lost if the full cache had no
    /// room for a way back: the checkpoint is released, and the entries stay as they are. Throws no_checkpoint
    /// if the cache was taken back to an earlier checkpoint meanwhile, or this one released. Throws removed. Throws
    /// busy if a live process keeps a lock: only then `end` may be called again. In a forked child it
    /// does nothing.
    void end();

    /// The name of its checkpoint.
    [[nodiscard]] const std::string& name() const noexcept;

    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace dummycache
