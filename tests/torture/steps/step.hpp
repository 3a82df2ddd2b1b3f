// SPDX-License-Identifier: MIT
// A scenario whose process is killed after every instruction.
#pragma once

#include <cstdint>
#include <ostream>

#include "torture/shared/scenario.hpp"

namespace dummycache::test {

/// What was looked at.
struct Steps {
    std::uint64_t instructions = 0;
    std::uint64_t images = 0;

    Steps& operator+=(const Steps& more) {
        instructions += more.instructions;
        images += more.images;
        return *this;
    }
};

inline std::ostream& operator<<(std::ostream& out, const Steps& steps) {
    return out << steps.images << " images of " << steps.instructions << " instructions";
}

/// Runs the operation instruction by instruction. Whenever the segment's bytes have changed, a copy of
/// them is what a kill would leave: it is read without locks, repaired, and checked.
Steps step_through(const Scenario& scenario);

/// Takes `repairs` of the images that leave a shard inside a write (an operation that takes no lock has
/// none), runs the repair of each
/// instruction by instruction, and checks every image of that.
Steps step_through_repairs(const Scenario& scenario, std::size_t repairs);

/// The same for attaching to the cache, and for leaving it.
Steps step_through_attach(const Scenario& scenario);
Steps step_through_detach(const Scenario& scenario);

}  // namespace dummycache::test
