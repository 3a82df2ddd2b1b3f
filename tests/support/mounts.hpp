// SPDX-License-Identifier: MIT
// File systems of a child's own, for what a full or odd one does.
#pragma once

#include <boost/test/unit_test.hpp>

#include <string>

#include <sched.h>
#include <sys/mount.h>

namespace dummycache::test {

/// How a child ends that could not mount what its test needs: only root can.
inline constexpr int kCannotMount = 77;

/// In a child: mounts a file system that nobody else sees.
inline bool mount_on(const std::string& path, const char* type, const std::string& options = "") {
    if (::unshare(CLONE_NEWNS) != 0) return false;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
    return ::mount("none", path.c_str(), type, 0, options.c_str()) == 0;
}

/// Waits for a child that was to mount something; says so if it could not.
template <class MountedChild>
void check_mounted_child(MountedChild& child) {
    const int result = child.wait();
    if (result == kCannotMount) {
        BOOST_TEST_MESSAGE("skipped: this user cannot mount a file system");
        return;
    }
    BOOST_TEST(result == 0);
}

}  // namespace dummycache::test
