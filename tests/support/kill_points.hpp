// SPDX-License-Identifier: MIT
// Counting the kill points that a process passes, and dying at one of them.
#pragma once

#include <csignal>
#include <cstdint>

#include "ipc/kill_point.hpp"

namespace dummycache::test {

inline std::uint64_t kill_points_passed = 0;
inline std::uint64_t deadly_kill_point = 0;

/// From now on this process counts, and dies by SIGKILL at its n-th kill point; 0: never.
inline void die_at(std::uint64_t nth) {
    kill_points_passed = 0;
    deadly_kill_point = nth;
    ipc::kill_point_hook = [](const char*) {
        if (++kill_points_passed == deadly_kill_point) ::raise(SIGKILL);
    };
}

}  // namespace dummycache::test
