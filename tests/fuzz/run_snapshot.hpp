// SPDX-License-Identifier: MIT
// Runs the library on one file that may be a snapshot.
#pragma once

#include <cstdint>
#include <span>

namespace dummycache::fuzz {

/// Sums up, compares and loads the file in every way. Prints what is wrong and ends the process if the library
/// throws anything but an Error, changes a cache though it refuses the file, or loads something else than
/// it says.
void run_snapshot(std::span<const std::uint8_t> input);

/// How far the files so far have come.
void print_snapshots_reached();

}  // namespace dummycache::fuzz
