// SPDX-License-Identifier: MIT
// A /dev/shm that nobody else sees.
#pragma once

#include <boost/test/unit_test.hpp>

#include <string>

#include <sched.h>
#include <sys/mount.h>

#include "support/child.hpp"

namespace dummycache::test {

/// Runs `body`, which uses `require`, in a process with a /dev/shm of its own of `megabytes`. Needs root;
/// a user who cannot mount a file system is told that the test was skipped.
template <class Body>
void with_own_shm(unsigned megabytes, Body body) {
    constexpr int kCannotMount = 77;
    Child child([&] {
        const std::string size = "size=" + std::to_string(megabytes) + "m";
        const bool mounted = ::unshare(CLONE_NEWNS) == 0 &&
                             ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                             ::mount("none", "/dev/shm", "tmpfs", 0, size.c_str()) == 0;
        if (!mounted) return kCannotMount;
        body();
        return 0;
    });
    const int result = child.wait();
    if (result == kCannotMount) {
        BOOST_TEST_MESSAGE("skipped: this user cannot mount a file system");
        return;
    }
    BOOST_TEST(result == 0);
}

}  // namespace dummycache::test
