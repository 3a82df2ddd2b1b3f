// SPDX-License-Identifier: MIT
// Runs a child process one machine instruction at a time.
#pragma once

#include <cstdint>
#include <functional>

namespace dummycache::test {

/// Called after each instruction; `system_call` says whether it was one.
using AfterStep = std::function<void(bool system_call)>;

/// Forks; the child calls `before` at full speed, then `body` instruction by instruction, and is killed
/// at the end of it. Returns the number of instructions. Fails the test if the child dies.
std::uint64_t single_step(const std::function<void()>& before, const std::function<void()>& body,
                          const AfterStep& after_step);

}  // namespace dummycache::test
