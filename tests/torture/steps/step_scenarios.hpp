// SPDX-License-Identifier: MIT
// Operations that are stepped through: small, in a cache of one shard.
#pragma once

#include <vector>

#include "torture/shared/scenario.hpp"

namespace dummycache::test {

/// Sets, adds, incr, append.
[[nodiscard]] std::vector<Scenario> step_writes();
/// Erase, take, touch, persist, clear, reads.
[[nodiscard]] std::vector<Scenario> step_deletes();

/// Writes, deletes and touches under a checkpoint.
[[nodiscard]] std::vector<Scenario> step_noted_changes();
/// Checkpoint, release, clear and rollback, nested, with splits and large values.
[[nodiscard]] std::vector<Scenario> step_checkpoints();
/// A write that finds the list of undo records too long.
[[nodiscard]] Scenario compaction_of_records();
/// Loads that replace, merge, and replace under a checkpoint.
[[nodiscard]] std::vector<Scenario> loads();

[[nodiscard]] Scenario step_split();
[[nodiscard]] Scenario step_compaction();
[[nodiscard]] Scenario step_compaction_of_cleared();
[[nodiscard]] Scenario step_eviction();
[[nodiscard]] Scenario step_eviction_for_large();
[[nodiscard]] Scenario step_expiry();
[[nodiscard]] Scenario step_refusal();
[[nodiscard]] Scenario step_growth();

}  // namespace dummycache::test
