// SPDX-License-Identifier: MIT
// File systems of a child's own, for what a full or odd one does.
#pragma once

#include <boost/test/unit_test.hpp>

#include <string>

#include <sched.h>
#include <sys/mount.h>

#include "tests/unit/ipc/fixtures.hpp"

namespace dummycache::test {

inline constexpr int kCannotMount = 77;

/// In a child: mounts a file system that nobody else sees. Needs root.
inline bool mount_on(const std::string& path, const char* type, const char* options) {
    if (::unshare(CLONE_NEWNS) != 0) return false;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
    return ::mount("none", path.c_str(), type, 0, options) == 0;
}

inline void check_mounted_child(Child& child) {
    const int result = child.wait();
    if (result == kCannotMount) {
        BOOST_TEST_MESSAGE("skipped: this user cannot mount a file system");
        return;
    }
    BOOST_TEST(result == 0);
}

}  // namespace dummycache::test
