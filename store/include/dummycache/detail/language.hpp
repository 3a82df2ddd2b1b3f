// SPDX-License-Identifier: MIT
// The first include of each public header: under an older standard the compiler says one thing and stops.
#pragma once

#if __cplusplus < 202002L
#error dummycache needs C++20: compile with -std=c++20 (CMake: target_compile_features(app PRIVATE cxx_std_20)) and gcc 12 or clang 14 or newer
#include "dummycache/needs_cpp20"  // there is none: a missing file ends the compilation
#endif
