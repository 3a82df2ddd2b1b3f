// SPDX-License-Identifier: MIT
// Calls on one key of a cache, and whether there is an order in which they happened one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dummycache::test {

/// A call as its caller saw it. Between `begin` and `end` it had its effect, if it had one.
struct Call {
    enum class Kind : std::uint8_t { get, set, add, replace, set_if, erase, take, incr, clear };
    static constexpr int kKinds = 9;

    Kind kind = Kind::get;
    std::uint64_t begin = 0;  ///< of a clock that all callers share; no two moments are equal
    std::uint64_t end = 0;
    std::int64_t argument = 0;  ///< what is stored or added
    std::int64_t expected = 0;  ///< what set_if compares with
    bool yes = false;           ///< the answer: stored, found, deleted
    std::int64_t value = 0;     ///< the answer of get, take and incr
    bool was_killed = false;    ///< inside the call, by `end`: it happened or not, and there is no answer
};

/// What a key holds, or that it is absent.
using KeyState = std::optional<std::int64_t>;

/// What the call leaves; empty if it would have answered something else.
[[nodiscard]] std::optional<KeyState> applied(const KeyState& state, const Call& call);

/// Whether calls on one key that was absent at first are linearizable. Empty if they are; otherwise
/// what could not be explained.
[[nodiscard]] std::string linearizability_problem(std::vector<Call> calls);

}  // namespace dummycache::test
