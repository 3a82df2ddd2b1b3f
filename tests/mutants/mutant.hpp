// SPDX-License-Identifier: MIT
// In the copy of the tree that `run` builds, every file with a mutant includes this first. Nothing else does.
#pragma once

#include <cstdlib>

// What a mutant does not use any more is no mistake of the file.
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wdangling-else"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-result"
#pragma GCC diagnostic ignored "-Wunused-value"
#pragma GCC diagnostic ignored "-Wunused-variable"

namespace dummycache::mutants {

/// The mutant of this process: $DUMMYCACHE_MUTANT, or 0 for none. It is read once, before main().
inline const int active =
    std::getenv("DUMMYCACHE_MUTANT") == nullptr ? 0 : std::atoi(std::getenv("DUMMYCACHE_MUTANT"));

/// Whether the process is this mutant. False while the compiler computes a constant.
[[nodiscard]] constexpr bool is(int number) noexcept {
    return !__builtin_is_constant_evaluated() && number == active;
}

}  // namespace dummycache::mutants
