// SPDX-License-Identifier: MIT
// What a benchmark that was killed left in /dev/shm and among the temporary files.
#pragma once

namespace dummycache::bench {

/// Removes what this user's benchmarks that have ended left there: caches, segments, databases, folders. Called at the
/// start for those that were killed, and with `own` at the end, for what this one could not remove itself.
void remove_leftovers(bool own) noexcept;

}  // namespace dummycache::bench
