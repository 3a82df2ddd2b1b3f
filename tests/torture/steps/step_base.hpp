// SPDX-License-Identifier: MIT
// What the operations that are stepped through begin with.
#pragma once

#include <functional>
#include <string>

#include "torture/shared/scenario.hpp"

namespace dummycache::test {

inline constexpr std::size_t kLarge = 18'000;  // just too large for half a page

/// A few entries of all sorts.
void set_few(Cache& cache);

[[nodiscard]] Scenario scenario_of(const std::string& name, std::function<void(Cache&)> prepare,
                                   std::function<void(Cache&)> act, WhenFull when_full = WhenFull::evict);

/// A few entries and one called "hand", unless `hand_bytes` is 0.
[[nodiscard]] Scenario on_one_key(const std::string& name, std::size_t hand_bytes,
                                  std::function<void(Cache&)> act);

/// Sets "hand" to another value.
[[nodiscard]] std::function<void(Cache&)> setting(std::size_t bytes);

}  // namespace dummycache::test
