// SPDX-License-Identifier: MIT
// Runs one input against the library.
#pragma once

#include <cstdint>
#include <span>

namespace dummycache::fuzz {

/// Damages a segment as the script says, attaches to it and makes every public call. Errors of the library
/// are what a damaged segment deserves; anything else that ends this call is a finding.
void run_script(std::span<const std::uint8_t> input);

/// How far the inputs so far have come.
struct Reached {
    std::uint64_t runs = 0;
    std::uint64_t attached = 0;  ///< the checks of attach let the segment pass
    std::uint64_t imported = 0;  ///< it was a file of another boot
    std::uint64_t rebuilt = 0;   ///< a shard of a dead writer was rebuilt
    std::uint64_t sound = 0;     ///< check found nothing
    std::uint64_t hits = 0;      ///< reads that found their key
    std::uint64_t errors = 0;    ///< calls that ended in an Error
};
[[nodiscard]] const Reached& reached();
void print_reached();

}  // namespace dummycache::fuzz
