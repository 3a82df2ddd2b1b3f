// SPDX-License-Identifier: MIT
// A process that is the first one of a namespace.
#pragma once

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <fstream>
#include <iostream>

#include <sched.h>
#include <unistd.h>

#include "support/child.hpp"
#include "support/shared_area.hpp"

namespace dummycache::test {

/// Process 1 of a new pid namespace, or the first process of a new time namespace. `/proc` is the old one.
class NamespaceChild {
public:
    template <class Body>
    explicit NamespaceChild(Body body, int flags = CLONE_NEWPID)
        : outer_([this, body, flags] {
              if (::unshare(flags) != 0) return forbidden();
              if ((flags & CLONE_NEWTIME) != 0 && !shift_time()) return forbidden();
              Child first([&body] { body(); });
              *pid_ = first.pid();
              const int result = first.wait();
              return result == -SIGKILL ? kKilled : result;
          }) {
        while (*pid_ == 0) ::usleep(1000);
    }

    ~NamespaceChild() {
        if (*pid_ > 0) ::kill(*pid_, SIGKILL);
    }
    NamespaceChild(const NamespaceChild&) = delete;
    NamespaceChild& operator=(const NamespaceChild&) = delete;

    [[nodiscard]] bool is_forbidden() const {
        if (*pid_ == -1) std::cout << "skipped: this user cannot make such a namespace" << std::endl;
        return *pid_ == -1;
    }
    /// As this test's process sees it.
    [[nodiscard]] pid_t pid() const { return *pid_; }
    int wait() {
        const int result = outer_.wait();
        *pid_ = 0;
        return result;
    }
    void kill() {
        ::kill(pid(), SIGKILL);
        BOOST_TEST(wait() == kKilled);
    }

private:
    static constexpr int kKilled = 9;
    static constexpr int kForbidden = 77;

    int forbidden() {
        *pid_ = -1;
        return kForbidden;
    }
    /// A day ahead, in two ways.
    static bool shift_time() {
        std::ofstream offsets("/proc/self/timens_offsets");
        offsets << "monotonic 86400 0\nboottime 86400 0\n" << std::flush;
        return offsets.good();
    }

    SharedArea<std::atomic<pid_t>> pid_;
    Child outer_;
};

}  // namespace dummycache::test
