// SPDX-License-Identifier: MIT
// An operation that a process is killed in, and what must be true afterwards.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "torture/shared/contents.hpp"

namespace dummycache::test {

struct Scenario {
    std::string name;
    Options options = options_of(4 * kMiB);
    /// What was in the cache before.
    std::function<void(Cache&)> prepare;
    /// What the process that dies does; the same in every run.
    std::function<void(Cache&)> act;
    /// Entries may be evicted.
    bool evicts = false;
    /// Kill points tried, of those that the operation passes.
    std::uint64_t most_kills = 60;
    /// Instead of the contents before and after: the operation changes all entries or none.
    bool all_or_nothing = false;
    /// If not empty: a checkpoint that is held before and after, and that can be gone back to whatever happens.
    std::string checkpoint = {};
    /// While a rollback is half done a key that is there before and after may be absent.
    bool may_have_gaps = false;
};

/// 200 entries of all sorts in `cache`.
void set_base(Cache& cache);

}  // namespace dummycache::test
