// SPDX-License-Identifier: MIT
// A child that stops itself at a named place in the library, and goes on when it is told to.
#pragma once

#include <csignal>
#include <string_view>

#include <sys/prctl.h>
#include <sys/wait.h>

#include "ipc/kill_point.hpp"
#include "support/child.hpp"

namespace dummycache::test {

/// How often this process came by the place where it was to stop, the stop included.
inline int times_at_stop = 0;

namespace detail {

inline const char* stop_point = "";

inline void stop_once(const char* name) {
    if (std::string_view(name) == stop_point && ++times_at_stop == 1) ::raise(SIGSTOP);
}

}  // namespace detail

/// From now on this process stops (SIGSTOP) where it first comes to the kill point `name`.
inline void stop_at(const char* name) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody else would end a process that is stopped
    times_at_stop = 0;
    detail::stop_point = name;
    ipc::kill_point_hook = detail::stop_once;
}

class StoppedChild {
public:
    /// `body` calls stop_at(). Comes back when the child has stopped or ended.
    template <class Body>
    explicit StoppedChild(Body&& body) : child_(std::forward<Body>(body)) {
        siginfo_t info{};
        const int result =
            ::waitid(P_PID, static_cast<id_t>(child_.pid()), &info, WSTOPPED | WEXITED | WNOWAIT);
        is_stopped_ = result == 0 && info.si_code == CLD_STOPPED;
    }

    /// False if it never came to the place.
    [[nodiscard]] bool is_stopped() const noexcept { return is_stopped_; }
    [[nodiscard]] pid_t pid() const noexcept { return child_.pid(); }

    /// Its exit code, or minus the signal that killed it.
    int go_on() {
        ::kill(child_.pid(), SIGCONT);
        return child_.wait();
    }

private:
    Child child_;
    bool is_stopped_ = false;
};

}  // namespace dummycache::test
