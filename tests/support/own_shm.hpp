// SPDX-License-Identifier: MIT
// A /dev/shm that nobody else sees.
#pragma once

#include <string>

#include "support/child.hpp"
#include "support/mounts.hpp"

namespace dummycache::test {

/// Runs `body`, which uses `require`, in a process with a /dev/shm of its own of `megabytes`.
template <class Body>
void with_own_shm(unsigned megabytes, Body body) {
    Child child([&] {
        if (!mount_on("/dev/shm", "tmpfs", "size=" + std::to_string(megabytes) + "m")) return kCannotMount;
        body();
        return 0;
    });
    check_mounted_child(child);
}

}  // namespace dummycache::test
