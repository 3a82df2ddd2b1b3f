// SPDX-License-Identifier: MIT
// Names for what a tool clears away when it ends, and others clear away if it is killed.
#pragma once

#include "dummycache/detail/language.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dummycache/cache.hpp"

namespace dummycache {

/// A name that no process has given before, such as exec-5f0c81d2a94e, for a checkpoint or a cache. Any process can tell
/// whether its owner lives: also one of another container or user, and after a reboot. A process number cannot do
/// that, because containers and boots give the same ones.
///
/// The owners are this process, and children that it forked after `own`, `create` or `fork`, until they end or call
/// execve. If all of them are gone, what has the name is *abandoned*. Then clear_abandoned, Cache::collect_garbage
/// and Cache::repair do what the owners would have done. Copies of an object share the ownership, which ends
/// with the last one. One thread at a time may use an object.
class OwnedName {
public:
    /// `prefix` is "exec" or "bench"; names of any other form have no owner. Throws ErrorCode::invalid_argument.
    explicit OwnedName(std::string_view prefix);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    /// From now on a checkpoint of this name in this cache has an owner. Call it before the checkpoint is taken. Two
    /// system calls. Throws the errors of Cache::attach.
    void own(const Cache& cache);

    /// Cache::create; the new cache has an owner from its first moment, until this object creates another one.
    /// `name` is text(), or ends with `.` and text().
    [[nodiscard]] std::optional<Cache> create(std::string_view name, const Options& options = {});
    /// fork_cache, in the same way.
    [[nodiscard]] std::optional<Cache> fork(const Cache& from, std::string_view name,
                                            const Options& options = {});

private:
    struct Locks;

    std::string text_;
    std::shared_ptr<Locks> locks_;
};

/// Clears up in a cache after owners that were killed, and says what it did, one line each. It goes back to their
/// checkpoints, which undoes what any process has done since, and releases them. It only releases a
/// checkpoint if another process uses the cache, or if a newer checkpoint is held: going back could
/// take something from others. Forks of the cache, NAME.exec-XXXXXXXXXXXX, that no process uses are removed.
/// Costs a few system calls if there is nothing to do. Throws ErrorCode::busy, removed. Killed inside: the next
/// caller goes on.
std::vector<std::string> clear_abandoned(Cache& cache);

}  // namespace dummycache
