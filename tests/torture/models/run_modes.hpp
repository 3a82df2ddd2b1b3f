// SPDX-License-Identifier: MIT
// Runs one mode of a Relacy model: mode 0 is the protocol and must pass, every other mode must be caught.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <sstream>

#include <relacy/relacy.hpp>

namespace models {

/// The mode of this process: Relacy's state is good for one run a process.
inline int mode = 0;

/// What main does. The argument is the number of a mode; without one, prints how many there are.
/// Runs every schedule with at most so many preemptions; a mutant is caught only by an assertion of the model.
template <class Test, int kModes>
int run(int argc, char** argv, const char* const (&names)[kModes], unsigned preemptions) {
    if (argc < 2) {
        std::printf("%d\n", kModes);
        return 0;
    }
    mode = std::atoi(argv[1]);
    if (mode < 0 || mode >= kModes) return 2;
    rl::test_params params;
    params.search_type = rl::sched_bound;
    params.context_bound = preemptions;
    const bool clean = rl::simulate<Test>(params);
    const bool caught = !clean && params.test_result == rl::test_result_user_assert_failed;
    std::printf("%-32s %s after %llu schedules\n", names[mode],
                clean    ? "no violation"
                : caught ? "a violation"
                         : "neither passed nor caught",
                static_cast<unsigned long long>(params.stop_iteration));
    return (mode == 0 ? clean : caught) ? 0 : 1;
}

}  // namespace models
