// SPDX-License-Identifier: MIT
// What an operation does when nobody dies, and whether a cache in which somebody died agrees.
#pragma once

#include <set>
#include <string>

#include "torture/shared/copied_cache.hpp"
#include "torture/shared/scenario.hpp"

namespace dummycache::test {

struct Expected {
    Contents before;
    Contents after;
    Contents at_checkpoint;  ///< what going back gives, if the scenario has a checkpoint
    std::set<std::string> keys;
    std::uint64_t kill_points = 0;
};

/// The scenario's operation. An Error is an answer: a full cache may refuse.
void act(Cache& cache, const Scenario& scenario);

/// A run without a death: what the operation changes, and how many kill points it passes.
[[nodiscard]] Expected expected_of(const PreparedCache& prepared, const Scenario& scenario);

/// Reads every key without any lock. Nothing but old or new values may be seen.
Contents check_readers(CopiedCache& cache, const Scenario& scenario, const Expected& expected);

/// Writes, which repairs, and looks whether everything is as the readers saw it.
void check_repaired(CopiedCache& cache, const Expected& expected, const Contents& read);

/// A reader that looks while a rollback stands still, half done, sees each key as it was or as it will be.
void check_readers_of_half_a_rollback(CopiedCache& cache, const Scenario& scenario, const Expected& expected);

/// Goes back to the scenario's checkpoint, if it has one.
void check_rolls_back(CopiedCache& cache, const Scenario& scenario, const Expected& expected);

/// The repaired cache can be used: the operation is done once more, then everything is cleared.
void check_goes_on(CopiedCache& cache, const Scenario& scenario);

}  // namespace dummycache::test
