// SPDX-License-Identifier: MIT
// How results look.
#pragma once

#include <ostream>

#include "tests/bench/bench.hpp"

namespace dummycache::bench {

/// The head of the table.
void print_head(std::ostream& out);

/// One line of the table.
void print_line(std::ostream& out, const Row& row);

/// One JSON object on a line: workload, measure, peer, ours, ours_min, theirs, theirs_min, unit, ratio,
/// limit. What does not apply is null.
void print_json(std::ostream& out, const Row& row);

}  // namespace dummycache::bench
