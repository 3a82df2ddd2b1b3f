// SPDX-License-Identifier: MIT
// Children that die at the kill points of a scenario's operation.
#pragma once

#include "torture/shared/scenario.hpp"

namespace dummycache::test {

/// Kills children inside the operation and checks what they leave; returns the number of kills.
int torture(Kind kind, const Scenario& scenario);

/// The same; a second child, which repairs, is killed as well.
int torture_repair(Kind kind, const Scenario& scenario, std::uint64_t repair_kills);

}  // namespace dummycache::test
